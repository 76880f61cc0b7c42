/**
 * The werift connections that set a local description while the scope is open.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { RTCPeerConnection } from "werift"
import { replaceMethod } from "../support/operations.ts"

export const weriftConnections: Effect.Effect<ReadonlySet<RTCPeerConnection>, never, Scope.Scope> = Effect.gen(
  function*() {
    const found = new Set<RTCPeerConnection>()
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        replaceMethod(RTCPeerConnection.prototype, "setLocalDescription", (original) =>
          function(...args) {
            found.add(this as RTCPeerConnection)
            return Reflect.apply(original, this, args)
          })
      ),
      (restore) => Effect.sync(restore)
    )
    return found
  }
)
