/**
 * How our side learns that the other one has gone where nobody tells it: by its own checks. In a file of its own, since that
 * takes half a minute.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Edge from "./Edge.ts"
import * as Peer from "./Peer.ts"

it.live("a libwebrtc peer that is killed: the connection fails without signalling too, once consent has expired", () =>
  Effect.gen(function*() {
    const peer = yield* Peer.spawn
    const { reach } = yield* Edge.connect(peer)
    yield* peer.kill
    yield* Effect.timeout(reach("failed"), "1 minute")
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))
