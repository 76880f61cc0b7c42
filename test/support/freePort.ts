import * as Effect from "effect/Effect"
import { type AddressInfo, createServer } from "node:net"

/** A port of 127.0.0.1 that is free for UDP and TCP: nothing listens on it. */
export const freePort: Effect.Effect<number> = Effect.promise(() =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
)
