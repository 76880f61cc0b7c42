/**
 * A call in memory, for `TestClock`. The SFU signals a publication and offers its media section in random order, up to 300 ms
 * apart. A media section whose publication has ended carries the next publication of any kind. Each packet contains the
 * name of its publication.
 */
import type { Participant, SfuParticipant, TrackKey, TrackType } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { Harness, JoinedParticipant } from "./Harness.ts"

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

export const ownerOf = (payload: Uint8Array): string => new TextDecoder().decode(payload)

const prefixOf = ({ sessionId }: Participant): string => `prefix of ${sessionId}`

interface State {
  readonly call: ScriptedCall.ScriptedCall
  readonly participants: Map<string, SfuParticipant>
  /** The publication that each media section carries, by mid. Undefined: its publication has ended. */
  readonly sections: Array<TrackKey | undefined>
}

/**
 * A scripted call and its harness. Sends packets until the scope closes. `misroute` changes the owner that the packets of a
 * publication name. Default: no change.
 */
export const make = Effect.fnUntraced(function*(misroute: (key: TrackKey) => TrackKey = (key) => key) {
  const state: State = { call: yield* ScriptedCall.make(), participants: new Map(), sections: [] }
  yield* Effect.forkScoped(Effect.repeat(sendPackets(state, misroute), Schedule.spaced("20 millis")))
  const harness: Harness<never> = { join: (participant) => join(state, participant) }
  return {
    call: state.call,
    harness,
    participants: Effect.sync((): ReadonlyArray<Participant> =>
      Array.from(state.participants.values(), ({ sessionId, userId }) => ({ userId, sessionId }))
    )
  }
})

const join = (state: State, { sessionId, userId }: Participant) =>
  Effect.gen(function*() {
    const { call, participants } = state
    const participant: SfuParticipant = {
      userId,
      sessionId,
      streamIdPrefix: prefixOf({ userId, sessionId }),
      publishedTracks: []
    }
    participants.set(sessionId, participant)
    const leave = Effect.suspend(() => {
      if (!participants.delete(sessionId)) return Effect.void
      closeSections(state, (key) => key.sessionId === sessionId)
      return Effect.andThen(call.emit({ _tag: "ParticipantLeft", participant }), offer(state))
    })
    yield* call.emit({ _tag: "ParticipantJoined", participant })
    yield* Effect.addFinalizer(() => leave)
    const keyOf = (trackType: TrackType): TrackKey => ({ userId, sessionId, trackType })
    const joined: JoinedParticipant<never> = {
      publish: (trackType) => publish(state, keyOf(trackType)),
      unpublish: (trackType) => unpublish(state, keyOf(trackType)),
      mute: (trackType) => unpublish(state, keyOf(trackType)),
      unmute: (trackType) => publish(state, keyOf(trackType)),
      leave
    }
    return joined
  })

const randomDelay = Effect.flatMap(Random.nextIntBetween(0, 300), Effect.sleep)

const publish = (state: State, publication: TrackKey): Effect.Effect<void> => {
  const openSection = Effect.sync(() => {
    const free = state.sections.indexOf(undefined)
    state.sections[free < 0 ? state.sections.length : free] = publication
  })
  const media = Effect.andThen(randomDelay, Effect.andThen(openSection, offer(state)))
  const signalling = Effect.andThen(randomDelay, state.call.emit({ _tag: "TrackPublished", publication }))
  return Effect.all([media, signalling], { concurrency: "unbounded", discard: true })
}

const unpublish = (state: State, publication: TrackKey): Effect.Effect<void> =>
  Effect.gen(function*() {
    yield* state.call.emit({ _tag: "TrackUnpublished", publication, cause: "UserMuted" })
    closeSections(
      state,
      ({ sessionId, trackType }) => sessionId === publication.sessionId && trackType === publication.trackType
    )
    yield* offer(state)
  })

const closeSections = ({ sections }: State, hasEnded: (key: TrackKey) => boolean): void =>
  sections.forEach((key, mid) => {
    if (key !== undefined && hasEnded(key)) sections[mid] = undefined
  })

const offer = ({ call, sections }: State): Effect.Effect<void> =>
  Effect.suspend(() =>
    call.offer(
      sections.flatMap((key, mid) =>
        key === undefined ? [] : [ScriptedCall.mediaSection(String(mid), prefixOf(key), key.trackType)]
      )
    )
  )

const sendPackets = ({ call, sections }: State, misroute: (key: TrackKey) => TrackKey): Effect.Effect<void> =>
  Effect.suspend(() =>
    Effect.forEach(
      sections,
      (key, mid) => key === undefined ? Effect.void : call.send(String(mid), encode(formatTrackKey(misroute(key)))),
      { discard: true }
    )
  )
