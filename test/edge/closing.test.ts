/**
 * The close of an edge ends what its callers wait for. It never interrupts them: the process of an application that awaits
 * one of these would end without a word.
 */
import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { OutgoingPacket } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

const alice = { userId: "alice", sessionId: "a1" }

it.effect("whatever is awaited when an edge closes, and after it, ends without an interruption", () =>
  Effect.gen(function*() {
    const around = yield* Scope.make()
    const call = yield* ScriptedCall.make()
    const services = yield* Scope.provide(
      Layer.build(StreamEdge.layer({ sessionId: "agent" }).pipe(Layer.provide(call.layer))),
      around
    )
    const edge = yield* Effect.provide(StreamEdge, services)
    yield* call.emit({
      _tag: "ParticipantJoined",
      participant: { ...alice, streamIdPrefix: "p", publishedTracks: ["Audio"] }
    })
    const events = yield* Effect.forkChild(
      Stream.runHead(Stream.filter(edge.events, (event) => event._tag === "TrackAdded"))
    )
    yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
    const added = yield* Effect.fromOption(yield* Fiber.join(events))
    const media: Stream.Stream<OutgoingPacket> = Stream.never
    const video = yield* edge.publish({ trackType: "Video", media })
    const members: Readonly<Record<string, Effect.Effect<unknown, Error, Scope.Scope>>> = {
      events: Stream.runDrain(edge.events),
      states: Stream.runDrain(edge.states),
      rtp: Stream.runDrain(edge.rtp(added.trackId)),
      requestKeyFrame: edge.requestKeyFrame(added.trackId),
      publish: edge.publish({ trackType: "Audio", media }).pipe(Effect.flatMap(({ done }) => done)),
      ready: Effect.andThen(video.mute, video.ready),
      keyFrameRequests: Stream.runDrain(video.keyFrameRequests),
      quality: Stream.runDrain(video.quality),
      done: video.done,
      stats: video.stats,
      mute: video.mute,
      unmute: video.unmute
    }
    const waiting = yield* Effect.forEach(
      Object.entries(members),
      ([name, member]) => Effect.map(Effect.forkChild(Effect.exit(member)), (fiber) => [name, fiber] as const)
    )
    yield* ScriptedCall.flush
    yield* Scope.close(around, Exit.void)
    const interrupted: Array<string> = []
    const check = (name: string, exit: Exit.Exit<unknown, Error>): void => {
      if (Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause)) interrupted.push(name)
    }
    for (const [name, fiber] of waiting) check(name, yield* Fiber.join(fiber))
    for (const [name, member] of Object.entries(members)) check(`${name} after the close`, yield* Effect.exit(member))
    assert.deepStrictEqual(interrupted, [])
  }).pipe(Effect.scoped))
