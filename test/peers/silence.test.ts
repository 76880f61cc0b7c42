/**
 * How either side learns that the other one has gone where nobody tells it: by its own checks, and so late. In a file of its
 * own, since it takes half a minute.
 */
import { assert, it } from "@effect/vitest"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Edge from "./Edge.ts"
import * as Peer from "./Peer.ts"

it.live(
  "a libwebrtc peer that is killed: the connection fails without signalling too, once consent has expired",
  () =>
    Effect.gen(function*() {
      const peer = yield* Peer.spawn
      const reach = yield* Edge.connect(peer)
      yield* peer.kill
      yield* Effect.timeout(reach("failed"), "40 seconds")
    }).pipe(Effect.scoped, Effect.provide(WeriftPeerConnection.layer())),
  { concurrent: true }
)

/** An alert would have come in far less. */
const soon = 2_000

it.live(
  "a werift connection that closes says nothing over DTLS: libwebrtc finds out for itself, seconds later",
  () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const peer = yield* Peer.spawn
      yield* Scope.provide(Edge.connect(peer), scope)
      yield* peer.reported((report) => report._tag === "State" && report.state === "connected")
      const closedAt = yield* Clock.currentTimeMillis
      yield* Scope.close(scope, Exit.void)
      yield* peer.reported((report) => report._tag === "State" && report.state === "disconnected")
      assert.isAbove((yield* Clock.currentTimeMillis) - closedAt, soon)
    }).pipe(Effect.scoped, Effect.provide(WeriftPeerConnection.layer())),
  { concurrent: true }
)
