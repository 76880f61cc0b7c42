/**
 * Who is in the call: the changes of the participants, and waiting until nobody else is there.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { LaggedError } from "../../LaggedError.ts"
import type { EdgeError, EdgeEvent, ParticipantEvent } from "../EdgeEvent.ts"

type Events = Stream.Stream<EdgeEvent, EdgeError | LaggedError>

const isAboutParticipant = (event: EdgeEvent): event is ParticipantEvent =>
  event._tag === "ParticipantJoined" || event._tag === "ParticipantChanged" || event._tag === "ParticipantLeft"

export const changes = (events: Events): Stream.Stream<ParticipantEvent, EdgeError | LaggedError> =>
  Stream.filter(events, isAboutParticipant)

/** Since when nobody else is in the call, in milliseconds of the `Clock`; `undefined` while somebody is. */
export type IdleSince = SubscriptionRef.SubscriptionRef<number | undefined>

/** Called after every change of the participants. */
export const updateIdle = (idleSince: IdleSince, hasOthers: boolean): Effect.Effect<void> =>
  Effect.suspend(() => {
    const isIdle = SubscriptionRef.getUnsafe(idleSince) !== undefined
    if (isIdle !== hasOthers) return Effect.void
    return hasOthers
      ? SubscriptionRef.set(idleSince, undefined)
      : Effect.flatMap(Clock.currentTimeMillis, (now) => SubscriptionRef.set(idleSince, now))
  })

/** Waits until nobody else has been in the call for `duration` without a break. Returns since when. */
export const awaitIdle = (idleSince: IdleSince, duration: Duration.Duration): Effect.Effect<number> =>
  SubscriptionRef.changes(idleSince).pipe(
    Stream.switchMap((since) =>
      since === undefined ? Stream.never : Stream.fromEffect(Effect.as(sleepUntil(since, duration), since))
    ),
    Stream.runHead,
    Effect.flatMap(Option.match({ onNone: () => Effect.never, onSome: Effect.succeed }))
  )

const sleepUntil = (since: number, duration: Duration.Duration): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const left = since + Duration.toMillis(duration) - now
    return left > 0 ? Effect.sleep(left) : Effect.void
  })
