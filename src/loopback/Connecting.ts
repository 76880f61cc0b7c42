/**
 * Waits for a connection to have connected, or failed, before it is negotiated again: werift takes a second answer that
 * comes while it is still connecting for a failure.
 */
import * as Effect from "effect/Effect"
import type { Peer } from "../werift/internal/Peer.ts"

export const settled = ({ connection }: Peer): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const look = (): void => {
      if (connection.connectionState !== "connecting") resume(Effect.void)
    }
    const { unSubscribe } = connection.connectionStateChange.subscribe(look)
    look()
    return Effect.sync(unSubscribe)
  })
