/**
 * Collects the results of the requests of one connection, and reports when they degrade the connection or lose it.
 *
 * `RequestPolicy` and `Health` decide; this module has the clock.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { NegotiationError, PeerConnectionError } from "../PeerConnection.ts"
import type { SfuRequestError } from "../SfuClient.ts"
import { ConnectionLost } from "./ConnectionLost.ts"
import * as Health from "./Health.ts"
import type { Strategy } from "./ReconnectPolicy.ts"
import * as RequestPolicy from "./RequestPolicy.ts"

export interface ConnectionHealth {
  /** Why the connection is degraded: the current value, then every change. */
  readonly degradations: Stream.Stream<Health.DegradedError | undefined>
  readonly degradation: () => Health.DegradedError | undefined
  /** Whether any request has succeeded. */
  readonly hasWorked: () => boolean
  /** A request failed for good. Logs it, as a warning unless the same failure `isKnown`. */
  readonly failed: (
    request: RequestPolicy.Request,
    error: SfuRequestError | NegotiationError,
    isKnown?: boolean
  ) => Effect.Effect<void>
  readonly succeeded: (request: RequestPolicy.Request) => Effect.Effect<void>
  readonly mediaLost: (media: Health.Media, error: PeerConnectionError) => Effect.Effect<void>
  readonly mediaConnected: (media: Health.Media) => Effect.Effect<void>
  /** A failed request does not have to be repeated any more, so its failure must not lose the connection. */
  readonly settled: (request: RequestPolicy.Request) => Effect.Effect<void>
  /** Fails when the requests that fail have lost the connection. */
  readonly lost: Effect.Effect<never, ConnectionLost>
  /** For another socket: the results on the former one do not count. */
  readonly reset: Effect.Effect<void>
}

interface State {
  readonly health: Health.Health
  readonly lost: ConnectionLost | undefined
}

const initial: State = { health: Health.healthy, lost: undefined }

export const make: Effect.Effect<ConnectionHealth> = Effect.gen(function*() {
  const ref = yield* SubscriptionRef.make(initial)
  const current = () => SubscriptionRef.getUnsafe(ref)
  const update = (change: (health: Health.Health) => Health.Health) =>
    SubscriptionRef.update(ref, (state) => ({ ...state, health: change(state.health) }))

  const lose = (
    strategy: Strategy,
    request: RequestPolicy.Request,
    error: Health.DegradedError,
    now: number
  ) => new ConnectionLost({ strategy, error, requests: Health.evidenceOf(current().health, request, error, now) })

  const failed: ConnectionHealth["failed"] = Effect.fnUntraced(function*(request, error, isKnown = false) {
    const reaction = error._tag === "NegotiationError" ? "Degrade" : RequestPolicy.reactionTo(request, error.reason)
    const now = yield* Clock.currentTimeMillis
    switch (reaction) {
      case "Ignore":
        return yield* Effect.logDebug(error.message)
      case "Degrade":
        yield* (isKnown ? Effect.logDebug : Effect.logWarning)(`the connection is degraded: ${error.message}`)
        return yield* update((health) => Health.onFailure(health, request, error, now))
      case "Fast":
      case "Rejoin":
        return yield* SubscriptionRef.update(ref, (state) => ({
          ...state,
          lost: state.lost ?? lose(reaction, request, error, now)
        }))
    }
  })

  const settled = (what: RequestPolicy.Request | Health.Media): Effect.Effect<void> =>
    Effect.suspend(() =>
      current().health.failing.has(what) ? update((health) => Health.onSettled(health, what)) : Effect.void
    )

  const lost = SubscriptionRef.changes(ref).pipe(
    Stream.switchMap(({ health, lost }): Stream.Stream<never, ConnectionLost> => {
      if (lost !== undefined) return Stream.fail(lost)
      const next = Health.nextLoss(health)
      return next === undefined ? Stream.empty : Stream.fromEffectDrain(Effect.gen(function*() {
        yield* Effect.sleep(Math.max(0, next.at - (yield* Clock.currentTimeMillis)))
        return yield* lose("Rejoin", next.request, next.error, next.at)
      }))
    }),
    Stream.runDrain,
    Effect.andThen(Effect.never)
  )

  return {
    degradations: Stream.map(SubscriptionRef.changes(ref), ({ health }) => Health.degradation(health)),
    degradation: () => Health.degradation(current().health),
    hasWorked: () => current().health.succeeded.size > 0,
    failed,
    succeeded: (request) =>
      Effect.suspend(() => {
        const { failing, succeeded } = current().health
        return failing.size === 0 && succeeded.has(request)
          ? Effect.void
          : update((health) => Health.onSuccess(health, request))
      }),
    mediaLost: (media, error) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => update((health) => Health.onFailure(health, media, error, now))),
    mediaConnected: settled,
    settled,
    lost,
    reset: SubscriptionRef.set(ref, initial)
  }
})
