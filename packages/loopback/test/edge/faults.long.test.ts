/**
 * An edge under the faults of its media: each packet of the owner arrives at most once, and again after the fault.
 */
import { assert, describe, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import type { LoopbackSfuOptions, SimulatedParticipant } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { agentIn } from "../support/agentIn.ts"
import * as EventLog from "../support/EventLog.ts"

const edge = Layer.unwrap(agentIn("faults"))

interface Received {
  readonly owner: string
  readonly sender: string
  readonly index: number
}

/** Alice and bob publish their microphones and cameras, and the edge receives them. */
const call = Effect.gen(function*() {
  const sfu = yield* LoopbackSfu
  const { events, rtp } = yield* StreamEdge
  const packets = EventLog.make<Received>()
  yield* events.pipe(
    Stream.filter((event) => event._tag === "TrackAdded"),
    Stream.runForEach(({ key, trackId }) =>
      Effect.forkScoped(
        Stream.runForEach(rtp(trackId), ({ payload }) =>
          Effect.sync(() => {
            const mark = Payload.read(payload)!
            packets.add({
              owner: `${key.userId} ${key.trackType}`,
              sender: `${mark.key.userId} ${mark.key.trackType}`,
              index: mark.index
            })
          })),
        { startImmediately: true }
      )
    ),
    Effect.forkScoped
  )
  const join = Effect.fnUntraced(function*(userId: string) {
    const participant = yield* sfu.participant({ userId })
    yield* participant.publish("Audio")
    yield* participant.publish("Video")
    return participant
  })
  const alice = yield* join("alice")
  const bob = yield* join("bob")
  const owners = ["alice Audio", "alice Video", "bob Audio", "bob Video"]
  return {
    sfu,
    alice,
    bob,
    packets: packets.items,
    /** So many packets of each publication, from now on. */
    receives: (count: number) =>
      Effect.suspend(() => {
        const start = packets.items.length
        const countOf = (items: ReadonlyArray<Received>, owner: string) =>
          items.filter((packet, index) => index >= start && packet.owner === owner).length
        return Effect.timeout(
          packets.waitUntil((items) => owners.every((owner) => countOf(items, owner) >= count)),
          "30 seconds"
        )
      })
  }
})

type Call = Effect.Success<typeof call>

const aliceOf = ({ alice }: { readonly alice: SimulatedParticipant }, trackType: "Audio" | "Video") => ({
  userId: alice.userId,
  sessionId: alice.sessionId,
  trackType
})

const faults: {
  readonly [name: string]: readonly [
    options: LoopbackSfuOptions,
    fault: (call: Call) => Effect.Effect<unknown, never, never>
  ]
} = {
  "all media sections stop": [{}, ({ sfu }) => sfu.control.stopSections("agent")],
  "all media sections stop twice": [
    {},
    ({ receives, sfu }) =>
      sfu.control.stopSections("agent").pipe(
        Effect.andThen(Effect.orDie(receives(5))),
        Effect.andThen(sfu.control.stopSections("agent"))
      )
  ],
  "one media section stops": [{}, (call) => call.sfu.control.stopSections("agent", [aliceOf(call, "Audio")])],
  "all media sections stop after FAST, without a=ssrc, on sendrecv sections": [
    { ssrcLines: false, sectionDirection: "sendrecv", retiredSection: "stopped", reuseSsrc: "new" },
    ({ receives, sfu }) =>
      sfu.control.sendError("agent", { code: 206, strategy: "Fast" }).pipe(
        Effect.andThen(Effect.orDie(receives(5))),
        Effect.andThen(sfu.control.stopSections("agent"))
      )
  ],
  "an SSRC changes": [{}, (call) => call.sfu.control.changeSsrc({ to: "agent", publication: aliceOf(call, "Audio") })]
}

describe("an edge receives each packet at most once, and of its owner", () => {
  it.live.each(Object.keys(faults))("when %s", (name) => {
    const [options, fault] = faults[name]!
    return Effect.gen(function*() {
      const inCall = yield* call
      yield* inCall.receives(5)
      yield* fault(inCall)
      yield* inCall.receives(20)
      const { packets } = inCall
      assert.deepStrictEqual(packets.filter(({ owner, sender }) => owner !== sender), [])
      assert.strictEqual(new Set(packets.map(({ index, sender }) => `${sender} ${index}`)).size, packets.length)
    }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(edge, LoopbackSfu.layer(options))))
  })
})
