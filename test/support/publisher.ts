/**
 * What is sent on the tracks of a scripted call.
 */
import { PeerConnectionFactory } from "effect-track-resolver"
import type { LocalTrack } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Replaces the `send` of each track of the publisher connection. */
export const replaceSend = (replace: (send: LocalTrack["send"]) => LocalTrack["send"]) =>
  Layer.effect(
    PeerConnectionFactory,
    PeerConnectionFactory.useSync((factory) =>
      PeerConnectionFactory.of({
        ...factory,
        openPublisher: (options) =>
          Effect.map(factory.openPublisher(options), (connection) => ({
            ...connection,
            addTrack: (options) =>
              Effect.map(
                connection.addTrack(options),
                // The same object, because the offers of the connection contain it.
                (track) => Object.assign(track, { send: replace(track.send) })
              )
          }))
      })
    )
  )
