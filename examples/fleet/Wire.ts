/**
 * The way of one runner to the database, which can be cut: what either side sends then arrives nowhere, and no connection closes.
 */
import * as Effect from "effect/Effect"
import { connect, createServer } from "node:net"
import type { AddressInfo, Socket } from "node:net"

export interface Wire {
  readonly port: number
  readonly cut: Effect.Effect<void>
  readonly mend: Effect.Effect<void>
}

export const make = (to: number) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly wire: Wire; readonly close: Effect.Effect<void> }>((resume) => {
        const sockets = new Set<Socket>()
        let isCut = false
        const forEach = (change: (socket: Socket) => void) => Effect.sync(() => sockets.forEach(change))
        const keep = (socket: Socket) => {
          sockets.add(socket)
          socket.once("close", () => sockets.delete(socket))
          if (isCut) socket.pause()
        }
        const server = createServer((near) => {
          const far = connect(to, "127.0.0.1")
          for (const [from, other] of [[near, far], [far, near]] as const) {
            from.on("error", () => other.destroy())
            from.pipe(other)
            keep(from)
          }
        })
        server.listen(0, "127.0.0.1", () =>
          resume(Effect.succeed({
            wire: {
              port: (server.address() as AddressInfo).port,
              cut: Effect.suspend(() => (isCut = true, forEach((socket) => socket.pause()))),
              mend: Effect.suspend(() => (isCut = false, forEach((socket) => socket.resume())))
            },
            close: Effect.suspend(() => (server.close(), forEach((socket) => socket.destroy())))
          })))
      }),
      ({ close }) => close
    ),
    ({ wire }) => wire
  )
