/**
 * A session of an SFU on one socket, in a scope of its own: closing that scope leaves the call, unless the session was
 * detached.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as ChildScope from "../../internal/ChildScope.ts"
import * as OneByOne from "../../internal/OneByOne.ts"
import type { SfuClient, SfuConnectionError, SfuEvent, SfuJoinError, SfuSession } from "../SfuClient.ts"

export interface Signalling {
  readonly scope: Scope.Closeable
  readonly session: SfuSession
  /** The next event. If interrupted, the event stays for the next caller. Fails with `Done` after `CallEnded`. */
  readonly nextEvent: Effect.Effect<SfuEvent, SfuConnectionError | Cause.Done>
}

/** Joins on a new socket, whose scope is a child of `parent`. */
export const open = Effect.fnUntraced(function*(
  join: ReturnType<SfuClient["Service"]["join"]>,
  parent: Scope.Scope
): Effect.fn.Return<Signalling, SfuJoinError> {
  const scope = yield* Scope.fork(parent)
  const session = yield* ChildScope.closeOnFailure(Scope.provide(join, scope), scope)
  const pull = yield* Scope.provide(Stream.toPull(session.events), scope)
  return { scope, session, nextEvent: OneByOne.fromPull(pull) }
})
