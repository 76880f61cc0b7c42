/**
 * Programs in which an edge reconnects while other things happen: participants unpublish and leave, an offer arrives,
 * the edge closes. Each program asserts what has to hold in every schedule.
 */
import type { RtpPacket } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { assert } from "vitest"
import { alice, bob, camera, microphone } from "../support/people.ts"
import { concurrently, losses, tracks, withEdge } from "./ExploredEdge.ts"
import { left, published, sfuParticipant, unpublished } from "./Harness.ts"

const { mediaSection: media } = ScriptedCall

const bothPublishing = [sfuParticipant(alice, "p", ["Video"]), sfuParticipant(bob, "q", ["Video"])]

/** The edge closes while it reconnects. The join yields once before its answer. */
export const closeWhileReconnecting = (strategy: string) =>
  withEdge({ participants: Effect.as(Effect.yieldNow, bothPublishing) }, ({ call, close }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video")])
      yield* ScriptedCall.flush
      yield* concurrently({ sfu: losses[strategy]!(call), application: close })
    }))

/** Participants change while the edge reconnects. In the end the application has the tracks that the SFU has. */
export const reconnectWhileOthersAct = (strategy: string) =>
  Effect.suspend(() => {
    let listed = bothPublishing
    /** Read when the join is answered. */
    const onJoin = () =>
      Effect.succeed({
        get participants() {
          return listed
        }
      })
    return withEdge({ onJoin }, ({ call, events, states }) =>
      Effect.gen(function*() {
        yield* call.offer([media("0", "p", "Video"), media("1", "q", "Video")])
        yield* ScriptedCall.flush
        yield* concurrently({
          sfu: losses[strategy]!(call),
          participants: Effect.suspend(() => {
            listed = [sfuParticipant(alice, "p")]
            return Effect.andThen(call.emit(unpublished(camera(alice))), call.emit(left(bob)))
          }),
          offer: call.offer([media("0", "q", "Video")])
        })
        yield* Effect.sleep("1 minute")
        assert.strictEqual(states.at(-1)?._tag, "Joined")
        assert.strictEqual(tracks(events).size, 0, "a participant without publications has no track")
        yield* call.emit(published(camera(alice)))
        yield* call.offer([media("2", "p", "Video")])
        yield* Effect.sleep("1 second")
        assert.deepStrictEqual(Array.from(tracks(events).keys()), ["a1 Video"])
        const subscribed = call.calls.findLast((recorded) => recorded._tag === "Subscribed")
        assert.deepStrictEqual(subscribed?.subscriptions.map(({ key }) => key), [camera(alice)])
      }))
  })

/**
 * Alice mutes and unmutes while the SFU sends on her m-line, which stays. An agent opens the packets of every added track,
 * and closes none.
 */
export const muteWhilePacketsFlow = withEdge(
  { participants: Effect.succeed([sfuParticipant(alice, "p", ["Audio"])]) },
  ({ call, edge }) =>
    Effect.scoped(Effect.gen(function*() {
      const received: Array<number> = []
      let added = 0
      let isAdded = false
      let sent = 0
      // Yields, so that packets wait for the consumer when the track is removed.
      const receive = (generation: number) => (packet: RtpPacket) =>
        Effect.andThen(
          Effect.sync(() => {
            assert.isTrue(isAdded && generation === added, "no packet after TrackRemoved")
            received.push(packet.sequenceNumber)
          }),
          Effect.repeat(Effect.yieldNow, { times: 3 })
        )
      yield* Effect.forkScoped(
        Stream.runForEach(edge.events, (event) =>
          Effect.suspend(() => {
            if (event._tag === "TrackRemoved") isAdded = false
            if (event._tag !== "TrackAdded") return Effect.void
            isAdded = true
            return Effect.forkScoped(Stream.runForEach(edge.rtp(event.trackId), receive(++added)), {
              startImmediately: true
            })
          })).pipe(Effect.ignore),
        { startImmediately: true }
      )
      yield* call.offer([media("0", "p", "Audio")])
      yield* ScriptedCall.flush
      const send = Effect.suspend(() => call.send("0", new Uint8Array(), { sequenceNumber: sent++ }))
      yield* concurrently({
        mute: Effect.andThen(call.emit(unpublished(microphone(alice))), call.emit(published(microphone(alice)))),
        packets: Effect.repeat(send, { times: 5 })
      })
      yield* Effect.sleep("1 second")
      const last = sent
      yield* send
      yield* Effect.sleep("1 second")
      assert.strictEqual(received.at(-1), last, "an unmuted track has packets")
      assert.strictEqual(new Set(received).size, received.length, "no packet is received twice")
      assert.deepStrictEqual(received.toSorted((a, b) => a - b), received, "packets keep their order")
    }))
)

/**
 * A call so large that neither the join response nor a participant-joined event contains Alice. The first message about her
 * is a publication; the list in it names her other track. In the end the application has both tracks.
 */
export const nameByATrackEvent = withEdge({}, ({ call, edge, events }) =>
  Effect.gen(function*() {
    const snapshot = sfuParticipant(alice, "p", ["Audio", "Video"])
    yield* concurrently({
      signalling: Effect.andThen(
        call.emit(published(camera(alice), snapshot)),
        call.emit(unpublished(camera(alice), sfuParticipant(alice, "p", ["Audio", "Video"])))
      ),
      offer: call.offer([media("0", "p", "Audio"), media("1", "p", "Video")]),
      application: Effect.scoped(Effect.ignore(Stream.runHead(edge.events)))
    })
    yield* Effect.sleep("1 second")
    assert.deepStrictEqual(
      Array.from(tracks(events).keys()),
      ["a1 Audio"],
      "the microphone is added, and the stale list does not bring back the camera"
    )
    yield* call.emit(published(camera(alice)))
    yield* Effect.sleep("1 second")
    assert.sameMembers(Array.from(tracks(events).keys()), ["a1 Audio", "a1 Video"])
    yield* call.emit(left(alice))
    yield* call.emit(published(camera(alice), snapshot))
    yield* Effect.sleep("1 second")
    assert.sameMembers(Array.from(tracks(events).keys()), ["a1 Audio", "a1 Video"], "a track event brings Alice back")
  }))
