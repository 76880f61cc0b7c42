/**
 * Without any message, a side learns by its consent checks that the other one is gone. In a file of its own, because that
 * takes half a minute.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Edge from "./Edge.ts"
import * as Peer from "./Peer.ts"

it.live("when a libwebrtc peer is killed, the connection fails once consent has expired, without signalling", () =>
  Effect.gen(function*() {
    const peer = yield* Peer.spawn
    const { reach } = yield* Edge.connect(peer)
    yield* peer.kill
    yield* Effect.timeout(reach("failed"), "1 minute")
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))
