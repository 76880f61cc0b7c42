/**
 * An SFU that floods the edge with signalling: joins, events of every kind, offers that it does not wait for, and
 * publications without a track.
 */
import { StreamEdge, TrackResolver } from "effect-track-resolver"
import type { EdgeEvent, SfuEvent, StreamEdgeOptions } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { nextTurn } from "../support/nextTurn.ts"
import type { Attack, Changes } from "./Attack.ts"

/** An edge in a scripted call, and a subscriber of its events. */
const openCall = (callOptions?: ScriptedCall.ScriptedCallOptions, edgeOptions?: StreamEdgeOptions) =>
  Effect.gen(function*() {
    const call = yield* ScriptedCall.make(callOptions)
    const services = yield* Layer.build(
      Layer.provideMerge(
        StreamEdge.layerNoDeps({ maxReconnects: 0, ...edgeOptions }),
        Layer.merge(call.layer, TrackResolver.layer({ sessionMigration: "never", anonymousTracks: "never" }))
      )
    )
    const count = {
      ParticipantJoined: 0,
      ParticipantChanged: 0,
      ParticipantLeft: 0,
      TrackAdded: 0,
      TrackRemoved: 0,
      TrackUnresolved: 0,
      CallEnded: 0
    }
    const subscriber = yield* Effect.forkScoped(Stream.runForEach(
      Context.get(services, StreamEdge).events,
      ({ _tag }: EdgeEvent) => Effect.sync(() => count[_tag]++)
    ))
    /** Waits for what the subscriber has to receive; if its stream ends before, that is a change. */
    const expectCount = (tag: EdgeEvent["_tag"], expected: number): Effect.Effect<Changes> =>
      Effect.gen(function*() {
        for (let turns = 0; count[tag] < expected && turns < 6_000; turns++) {
          if (subscriber.pollUnsafe() !== undefined) {
            return [`the stream of events ended: ${String(yield* Fiber.await(subscriber))}`]
          }
          yield* Effect.sleep("10 millis")
        }
        return count[tag] === expected ? [] : [`${count[tag]} of ${expected} events ${tag}`]
      })
    return { call, expectCount }
  }).pipe(Effect.orDie)

/** Emits these events, a hundred in each turn of the event loop. */
const emitAll = (call: ScriptedCall.ScriptedCall, size: number, eventAt: (n: number) => SfuEvent, batch = 100) =>
  Effect.gen(function*() {
    for (let n = 0; n < size; n++) {
      yield* call.emit(eventAt(n))
      if (n % batch === batch - 1) yield* nextTurn
    }
  })

const joined = (n: number, streamIdPrefix: string): SfuEvent => ({
  _tag: "ParticipantJoined",
  participant: { userId: `user${n}`, sessionId: `session${n}`, streamIdPrefix, publishedTracks: ["Audio"] }
})

const joinsWithOnePrefix: Attack = {
  attacker: "Sfu",
  name: "people who join and publish, all with one prefix",
  unit: "frames",
  inputs: { short: 2_000, long: 50_000 },
  prepare: Effect.map(
    openCall(),
    ({ call, expectCount }) => (inputs) =>
      Effect.andThen(emitAll(call, inputs, (n) => joined(n, "p")), expectCount("ParticipantJoined", inputs))
  )
}

const joinsWithMedia: Attack = {
  attacker: "Sfu",
  name: "people who join and publish, each with an m-line of one offer",
  unit: "frames",
  inputs: { short: 2_000, long: 50_000 },
  prepare: Effect.map(
    openCall(),
    ({ call, expectCount }) => (inputs) =>
      emitAll(call, inputs, (n) => joined(n, `p${n}`)).pipe(
        Effect.andThen(
          call.offer(Array.from({ length: inputs }, (_, n) => ScriptedCall.mediaSection(`${n}`, `p${n}`, "Audio")))
        ),
        Effect.andThen(expectCount("TrackAdded", inputs))
      )
  )
}

const someone = (n: number) => ({
  userId: "u",
  sessionId: `s${n % 50}`,
  streamIdPrefix: `p${n % 7}`,
  publishedTracks: []
})
const publication = (n: number) => ({ userId: "u", sessionId: `s${n % 50}`, trackType: "Video" as const })
const candidate = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host" }

const kinds: ReadonlyArray<(n: number) => SfuEvent> = [
  (n) => ({ _tag: "ParticipantJoined", participant: someone(n) }),
  (n) => ({ _tag: "ParticipantUpdated", participant: someone(n + 1) }),
  (n) => ({ _tag: "TrackPublished", publication: publication(n) }),
  (n) => ({ _tag: "TrackUnpublished", publication: publication(n), cause: "UserMuted" }),
  (n) => ({ _tag: "ParticipantLeft", participant: someone(n) }),
  () => ({ _tag: "IceTrickle", peerType: "Subscriber", candidate }),
  () => ({ _tag: "IceTrickle", peerType: "Publisher", candidate }),
  () => ({ _tag: "IceRestart", peerType: "Publisher" }),
  () => ({ _tag: "PublishOptionsChanged", publishOptions: [] }),
  () => ({ _tag: "PublishQualityChanged", qualities: [] }),
  () => ({ _tag: "GrantsChanged", grants: { audio: true, video: true, screenShare: true } }),
  () => ({ _tag: "MigrationCompleted" })
]

const events: Attack = {
  attacker: "Sfu",
  name: "events of every kind about people who come and go",
  unit: "frames",
  inputs: { short: 10_000, long: 1_000_000 },
  prepare: Effect.map(
    openCall(),
    ({ call, expectCount }) => (inputs) =>
      emitAll(call, inputs, (n) => kinds[n % kinds.length]!(n)).pipe(
        Effect.andThen(call.emit(joined(-1, "last"))),
        Effect.andThen(call.emit({ _tag: "CallEnded", reason: "Ended" })),
        Effect.andThen(expectCount("CallEnded", 1))
      )
  )
}

/** Each has a text of its own: 100 kB. */
const largeOffer = (negotiationId: number): SfuEvent => ({
  _tag: "SubscriberOffer",
  sdp: `[]${Buffer.alloc(100_000, " ").toString()}`,
  negotiationId,
  iceRestart: false
})

const offers: Attack = {
  attacker: "Sfu",
  name: "offers of 100 kB, of which the first one is never answered",
  unit: "SDPs",
  inputs: { short: 2_000, long: 20_000 },
  prepare: Effect.map(
    openCall({ onAnswer: () => Effect.never }),
    ({ call, expectCount }) => (inputs) =>
      emitAll(call, inputs, largeOffer, 10).pipe(
        Effect.andThen(call.emit(joined(0, "p"))),
        Effect.andThen(expectCount("ParticipantJoined", 1))
      )
  )
}

const deadlines: Attack = {
  attacker: "Sfu",
  name: "publications without a track, whose deadlines pass at once",
  unit: "frames",
  inputs: { short: 2_000, long: 50_000 },
  prepare: Effect.map(
    openCall({}, { timeout: "1 second" }),
    ({ call, expectCount }) => (inputs) =>
      Effect.andThen(emitAll(call, inputs, (n) => joined(n, `p${n}`)), expectCount("TrackUnresolved", inputs))
  )
}

export const callAttacks: ReadonlyArray<Attack> = [joinsWithOnePrefix, joinsWithMedia, events, offers, deadlines]
