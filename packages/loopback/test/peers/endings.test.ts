/**
 * How either side of a call learns that the other one, which is libwebrtc, has gone: at once where it is told, by the
 * signalling or by DTLS.
 */
import { assert, it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { keyOf } from "../Client.ts"
import * as Edge from "./Edge.ts"
import * as Peer from "./Peer.ts"

/** Long for a word that is on its way, and short for the 28 seconds of consent (RFC 7675). */
const atOnce = "20 seconds"

const lastState = (reports: ReadonlyArray<Peer.Report>, of: "subscriber" | "offerer"): string | undefined =>
  reports.flatMap((report) => report._tag === "State" && report.of === of ? [report.state] : []).at(-1)

it.live("a libwebrtc participant that leaves is gone from the edge at once, tracks first", () =>
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

it.live("one that is killed is gone from the edge at the SFU's deadline, and not only when consent expires", () =>
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

it.live("a werift publisher that closes: its m-line ends at a libwebrtc subscriber at once, by the SFU's next offer", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const eve = yield* Peer.join("eve")
    const carol = yield* sfu.participant({ userId: "carol" })
    yield* carol.publish("Audio")
    yield* eve.subscribe(keyOf(carol, "Audio"))
    yield* eve.reported((report) => report._tag === "Receiving" && report.streamIds.length === 1)
    yield* eve.reported((report) => report._tag === "State" && report.state === "connected")
    yield* carol.leave
    const reports = yield* Effect.timeout(
      eve.reported((report) => report._tag === "Receiving" && report.streamIds.length === 0),
      atOnce
    )
    assert.isTrue(reports.some((report) => report._tag === "Left" && report.sessionId === carol.sessionId))
    assert.strictEqual(lastState(reports, "subscriber"), "connected")
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

it.live("an edge that closes has left for a libwebrtc participant at once", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const alice = yield* Peer.join("alice")
    yield* Effect.provide(sfu.waitUntil(({ participants }) => participants.length === 2), Edge.robot)
    yield* Effect.timeout(
      alice.reported((report) => report._tag === "Left" && report.sessionId === "robot"),
      atOnce
    )
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

it.live("a libwebrtc peer that closes says so over DTLS: the connection fails at once, without signalling", () =>
  Effect.gen(function*() {
    const peer = yield* Peer.spawn
    const { reach } = yield* Edge.connect(peer)
    yield* peer.run({ _tag: "Close" })
    yield* Effect.timeout(reach("failed"), atOnce)
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))

it.live("a werift connection that closes says so over DTLS: libwebrtc's transport is closed at once, its connection is not", () =>
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
    // Why an agent says it to the SFU as well: for some 5 seconds this is all that an application looks at.
    assert.strictEqual(lastState(reports, "offerer"), "connected")
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))
