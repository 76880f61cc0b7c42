/**
 * A call in memory, for `TestClock`: an SFU that tells of a publication and offers its m-line in either order, some time
 * apart, gives an m-line that has ended to the next who needs one, and sends packets that say whose they are.
 */
import type { Participant, SfuParticipant, TrackKey, TrackType } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { Actor, Stage } from "./Harness.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

/** Whose a packet is, by what it carries. */
export const senderOf = (payload: Uint8Array): string => new TextDecoder().decode(payload)

/**
 * A scripted call, and the stage that it makes. Packets go as long as the scope lives; `carried` says whose go where
 * somebody's ought to.
 */
export const make = Effect.fnUntraced(function*(carried: (key: TrackKey) => TrackKey = (key) => key) {
  const call = yield* ScriptedCall.make()
  const people = new Map<string, SfuParticipant>()
  /** What each m-line carries; nothing, where one has ended. */
  const lines: Array<TrackKey | undefined> = []

  const offer = Effect.suspend(() =>
    call.offer(
      lines.flatMap((key, mid) =>
        key === undefined ? [] : [ScriptedCall.mediaSection(String(mid), `prefix of ${key.sessionId}`, key.trackType)]
      )
    )
  )

  const soon = Effect.flatMap(Random.nextIntBetween(0, 300), Effect.sleep)

  const open = (key: TrackKey) => {
    const free = lines.indexOf(undefined)
    lines[free < 0 ? lines.length : free] = key
  }

  const close = (isGone: (key: TrackKey) => boolean) =>
    lines.forEach((key, mid) => {
      if (key !== undefined && isGone(key)) lines[mid] = undefined
    })

  const publication = (who: Participant, trackType: TrackType) => ({
    publication: { userId: who.userId, sessionId: who.sessionId, trackType }
  })

  const begin = (who: Participant) => (trackType: TrackType) =>
    Effect.gen(function*() {
      const media = Effect.andThen(soon, Effect.andThen(Effect.sync(() => open({ ...who, trackType })), offer))
      const told = Effect.andThen(soon, call.emit({ _tag: "TrackPublished", ...publication(who, trackType) }))
      yield* Effect.all([media, told], { concurrency: "unbounded" })
    })

  const end = ({ sessionId, userId }: Participant) => (trackType: TrackType) =>
    Effect.gen(function*() {
      yield* call.emit({
        _tag: "TrackUnpublished",
        ...publication({ userId, sessionId }, trackType),
        cause: "UserMuted"
      })
      close((key) => key.sessionId === sessionId && key.trackType === trackType)
      yield* offer
    })

  const join = ({ sessionId, userId }: Participant) =>
    Effect.gen(function*() {
      const participant: SfuParticipant = {
        userId,
        sessionId,
        streamIdPrefix: `prefix of ${sessionId}`,
        publishedTracks: []
      }
      people.set(sessionId, participant)
      const leave = Effect.suspend(() => {
        if (!people.delete(sessionId)) return Effect.void
        close((key) => key.sessionId === sessionId)
        return Effect.andThen(call.emit({ _tag: "ParticipantLeft", participant }), offer)
      })
      yield* call.emit({ _tag: "ParticipantJoined", participant })
      yield* Effect.addFinalizer(() => leave)
      const actor: Actor<never> = {
        publish: begin(participant),
        unpublish: end(participant),
        mute: end(participant),
        unmute: begin(participant),
        leave
      }
      return actor
    })

  const send = Effect.suspend(() =>
    Effect.forEach(
      lines,
      (key, mid) => key === undefined ? Effect.void : call.send(String(mid), bytes(formatTrackKey(carried(key)))),
      { discard: true }
    )
  )
  yield* Effect.forkScoped(Effect.repeat(send, Schedule.spaced("20 millis")))

  const stage: Stage<never> = { join }
  return { call, stage, people: Effect.sync(() => Array.from(people.keys())) }
})
