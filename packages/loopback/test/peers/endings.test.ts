/**
 * Each side learns at once that the other one has left, by signalling or by DTLS close_notify.
 */
import { assert, it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { keyOf } from "../support/Client.ts"
import * as Edge from "./Edge.ts"
import * as Peer from "./Peer.ts"

/** Long for a message, and shorter than the 28 seconds after which consent expires (RFC 7675). */
const atOnce = "20 seconds"

const lastState = (reports: ReadonlyArray<Peer.Report>, of: "subscriber" | "offerer"): string | undefined =>
  reports.flatMap((report) => report._tag === "State" && report.of === of ? [report.state] : []).at(-1)

it.live("the edge removes a libwebrtc participant that leaves at once, tracks first", () =>
  Effect.gen(function*() {
    const { trackOf, untilLeft } = yield* Edge.listen
    const alice = yield* Peer.join("alice")
    yield* alice.publish("Audio", { kind: "audio", tone: 440 })
    yield* trackOf(alice.key("Audio"))
    yield* alice.leave
    assert.deepStrictEqual(
      yield* Effect.timeout(untilLeft("alice's"), atOnce),
      ["ParticipantJoined", "TrackAdded", "TrackRemoved", "ParticipantLeft"]
    )
  }).pipe(Effect.scoped, Effect.provide(Edge.layer())))

it.live("the edge removes a killed libwebrtc participant at the SFU's deadline, before consent expires", () =>
  Effect.gen(function*() {
    const { trackOf, untilLeft } = yield* Edge.listen
    const alice = yield* Peer.join("alice")
    yield* alice.publish("Audio", { kind: "audio", tone: 440 })
    yield* trackOf(alice.key("Audio"))
    yield* alice.kill
    assert.deepStrictEqual(
      yield* Effect.timeout(untilLeft("alice's"), atOnce),
      ["ParticipantJoined", "TrackAdded", "TrackRemoved", "ParticipantLeft"]
    )
  }).pipe(Effect.scoped, Effect.provide(Edge.layer({ reconnectDeadline: "1 second" }))))

it.live("when a werift publisher closes, the SFU's next offer ends its media section at a libwebrtc subscriber", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const subscriber = yield* Peer.join("subscriber")
    const carol = yield* sfu.participant({ userId: "carol" })
    yield* carol.publish("Audio")
    yield* subscriber.subscribe(keyOf(carol, "Audio"))
    yield* subscriber.reported((report) => report._tag === "Receiving" && report.streamIds.length === 1)
    yield* subscriber.reported((report) => report._tag === "State" && report.state === "connected")
    yield* carol.leave
    const reports = yield* Effect.timeout(
      subscriber.reported((report) => report._tag === "Receiving" && report.streamIds.length === 0),
      atOnce
    )
    assert.isTrue(reports.some((report) => report._tag === "Left" && report.sessionId === carol.sessionId))
    assert.strictEqual(lastState(reports, "subscriber"), "connected")
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

it.live("a libwebrtc participant learns at once that an edge has closed", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const alice = yield* Peer.join("alice")
    yield* Effect.provide(sfu.waitUntil(({ participants }) => participants.length === 2), Edge.robot)
    yield* Effect.timeout(
      alice.reported((report) => report._tag === "Left" && report.sessionId === "robot"),
      atOnce
    )
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

it.live("when a libwebrtc peer sends close_notify, the werift connection closes at once", () =>
  Effect.gen(function*() {
    const peer = yield* Peer.spawn
    const { reach } = yield* Edge.connect(peer)
    yield* peer.run({ _tag: "Close" })
    yield* Effect.timeout(reach("closed"), atOnce)
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))

it.live("when werift sends close_notify, libwebrtc's transport closes at once and its connection stays connected", () =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const peer = yield* Peer.spawn
    yield* Scope.provide(Edge.connect(peer), scope)
    yield* peer.reported((report) =>
      report._tag === "State" && report.of === "transport" && report.state === "connected"
    )
    yield* Scope.close(scope, Exit.void)
    const reports = yield* Effect.timeout(
      peer.reported((report) => report._tag === "State" && report.of === "transport" && report.state === "closed"),
      atOnce
    )
    // Therefore the edge also leaves by signalling: for about 5 seconds an application sees only the connection's state.
    assert.strictEqual(lastState(reports, "offerer"), "connected")
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))
