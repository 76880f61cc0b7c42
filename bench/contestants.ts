/**
 * Alternatives that pair a publication with its track by exact evidence alone: the minimum with Effect, the minimum without
 * Effect, and the polling that this library replaces. None of them handles leaves, duplicates, sessions or missing evidence.
 */
import type { IncomingTrack, ResolveError, TrackId, TrackKey } from "effect-track-resolver"
import { TrackResolver } from "effect-track-resolver"
import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

export interface Contestant {
  readonly resolve: (
    key: TrackKey
  ) => Effect.Effect<TrackId, ResolveError | Cause.TimeoutError | Cause.UnknownError | "not yet">
  readonly register: (track: IncomingTrack) => Effect.Effect<void>
  /** The track ended. A no-op for alternatives that forget a pair when it is made. */
  readonly retire: (trackId: TrackId) => Effect.Effect<unknown>
}

const idOf = ({ sessionId, trackType, userId }: TrackKey): string => `${userId} ${sessionId} ${trackType}`

const keyOf = ({ participant, trackType }: IncomingTrack): string => idOf({ ...participant!, trackType: trackType! })

const timeoutMillis = 10_000

export const resolver = TrackResolver.make({ timeout: timeoutMillis })

/** A `Deferred` with `Effect.timeout`, in a map. */
export const floor = Effect.sync((): Contestant => {
  const waiting = new Map<string, Deferred.Deferred<TrackId>>()
  return {
    retire: () => Effect.void,
    resolve: (key) =>
      Effect.suspend(() => {
        const answer = Deferred.makeUnsafe<TrackId>()
        waiting.set(idOf(key), answer)
        return Effect.timeout(Deferred.await(answer), timeoutMillis)
      }),
    register: (track) =>
      Effect.suspend(() => {
        const key = keyOf(track)
        const answer = waiting.get(key)
        waiting.delete(key)
        return answer === undefined ? Effect.void : Effect.asVoid(Deferred.succeed(answer, track.trackId))
      })
  }
})

/** A `Promise` with `setTimeout`, in a map. */
export const promises = Effect.sync((): Contestant => {
  const waiting = new Map<string, (trackId: TrackId) => void>()
  return {
    retire: () => Effect.void,
    resolve: (key) =>
      Effect.tryPromise(() =>
        new Promise<TrackId>((succeed, fail) => {
          const timer = setTimeout(() => {
            waiting.delete(idOf(key))
            fail(new Error("timeout"))
          }, timeoutMillis)
          waiting.set(idOf(key), (trackId) => {
            clearTimeout(timer)
            succeed(trackId)
          })
        })
      ),
    register: (track) =>
      Effect.sync(() => {
        const key = keyOf(track)
        const answer = waiting.get(key)
        waiting.delete(key)
        answer?.(track.trackId)
      })
  }
})

/** Each waiting resolve searches all pending tracks every ten milliseconds. */
export const polling = Effect.sync((): Contestant => {
  const pending = new Map<TrackId, IncomingTrack>()
  const look = (key: TrackKey) =>
    Effect.suspend(() => {
      for (const track of pending.values()) {
        if (keyOf(track) !== idOf(key)) continue
        pending.delete(track.trackId)
        return Effect.succeed(track.trackId)
      }
      return Effect.fail("not yet" as const)
    })
  return {
    retire: () => Effect.void,
    resolve: (key) => Effect.timeout(Effect.retry(look(key), Schedule.spaced("10 millis")), timeoutMillis),
    register: (track) => Effect.sync(() => void pending.set(track.trackId, track))
  }
})
