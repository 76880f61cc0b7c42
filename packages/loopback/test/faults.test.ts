/**
 * The faults of control and the settings that a client meets in the field and seldom in a test.
 */
import { assert, describe } from "@effect/vitest"
import { Payload, Wire } from "effect-track-resolver-loopback"
import type { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import type { RtpPacket } from "werift"
import { aliceAndAgent } from "./support/aliceAndAgent.ts"
import * as Client from "./support/Client.ts"
import * as EventLog from "./support/EventLog.ts"
import { inCall } from "./support/inCall.ts"

type Agent = Effect.Success<ReturnType<typeof Client.join>>

type Sfu = LoopbackSfu["Service"]

/** Every RTP packet of the agent's connection, with its mid by the header extension 1. */
const received = ({ connection }: Agent) => {
  const log = EventLog.make<{ readonly ssrc: number; readonly mid: string | undefined; readonly index: number }>()
  const onRtp = ({ header, payload }: RtpPacket): void =>
    log.add({
      ssrc: header.ssrc,
      mid: header.extensions[0]?.payload.toString(),
      index: Payload.read(payload)?.index ?? -1
    })
  connection.dtlsTransports[0]!.onRtp.subscribe(onRtp)
  return log
}

const offerOf = (event: Wire.SfuEvent | undefined): string => event?.subscriberOffer?.sdp ?? ""

const lastOffer = (agent: Agent): string => offerOf(agent.events().findLast(({ subscriberOffer }) => subscriberOffer))

/** Waits until the SFU has forwarded `count` packets more to the agent. */
const forwards = Effect.fnUntraced(function*({ groundTruth, waitUntil }: Sfu, count: number) {
  const sum = ({ forwarded }: Effect.Success<typeof groundTruth>): number =>
    forwarded.reduce((sum, { packets }) => sum + packets, 0)
  const before = sum(yield* groundTruth)
  yield* waitUntil((state) => sum(state) >= before + count)
})

const statusOf = (agent: Agent) =>
  Effect.map(agent.post("UpdateSubscriptions", subscriptions(agent)), ({ status }) => status)

const subscriptions = ({ sessionId }: Agent): Uint8Array =>
  Wire.Messages.signal.UpdateSubscriptionsRequest.encode({ sessionId, tracks: [] }).finish()

describe("media", () => {
  inCall(
    "is sent with its mid before the offer arrives with mediaStarts onceOffered",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent", mids: true })
        const alice = yield* sfu.participant({ userId: "alice" })
        const bob = yield* sfu.participant({ userId: "bob" })
        yield* alice.publish("Audio")
        yield* agent.awaitPackets(Client.keyOf(alice, "Audio"), 1)
        const packets = received(agent)
        const held = yield* sfu.control.signalling.hold({ to: agent.sessionId, type: "subscriberOffer" })
        yield* bob.publish("Audio")
        yield* held.waitFor(1)
        yield* packets.waitUntil((items) => items.filter(({ mid }) => mid === "1").length >= 3)
        assert.strictEqual((yield* sfu.groundTruth).downTracks.length, 1)
        assert.deepStrictEqual(new Set(packets.items.map(({ mid }) => mid)), new Set(["0", "1"]))
        yield* held.release()
        yield* agent.awaitPackets(Client.keyOf(bob, "Audio"), 1)
      }),
    { mediaStarts: "onceOffered" }
  )

  inCall(
    "continues with another SSRC and its mid, and the next offer contains that SSRC",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent", mids: true })
        const alice = yield* sfu.participant({ userId: "alice" })
        yield* alice.publish("Audio")
        yield* agent.awaitPackets(Client.keyOf(alice, "Audio"), 1)
        const packets = received(agent)
        yield* sfu.control.changeSsrc({ to: agent.sessionId, publication: Client.keyOf(alice, "Audio") })
        const before = Client.sectionsOf(lastOffer(agent))[0]!.ssrc!
        yield* packets.waitUntil((items) => items.filter(({ ssrc }) => ssrc !== before).length >= 3)
        assert.deepStrictEqual(new Set(packets.items.map(({ mid }) => mid)), new Set(["0"]))
        assert.strictEqual((yield* agent.awaitEvents("subscriberOffer")).length, 1)
        yield* agent.restartIce
        yield* agent.awaitEvents("subscriberOffer", 2)
        assert.strictEqual(Client.sectionsOf(lastOffer(agent))[0]?.ssrc, packets.items.at(-1)?.ssrc)
      })
  )

  inCall("is offered without SSRCs and without the mid extension, by the settings", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent", answers: false })
      const alice = yield* sfu.participant({ userId: "alice" })
      yield* alice.publish("Audio")
      yield* agent.awaitEvents("subscriberOffer")
      assert.notMatch(lastOffer(agent), /a=ssrc|sdes:mid/)
      assert.match(lastOffer(agent), /a=mid:0\r\n/)
      yield* sfu.control.configure({ ssrcLines: true, midExtension: true })
      yield* agent.restartIce
      yield* agent.awaitEvents("subscriberOffer", 2)
      assert.match(lastOffer(agent), /a=ssrc:/)
      assert.match(lastOffer(agent), /sdes:mid/)
    }), { ssrcLines: false, midExtension: false })
})

describe("datagrams", () => {
  inCall("are doubled, and replayed after others, below SRTP", ({ control }) =>
    Effect.gen(function*() {
      const { agent } = yield* aliceAndAgent
      const packets = received(agent)
      const times = (index: number) => packets.items.filter((packet) => packet.index === index).length
      yield* Effect.scoped(Effect.gen(function*() {
        yield* control.datagrams.duplicate({ to: "agent", peerType: "Subscriber", kind: "rtp" }, { times: 3 })
        // Packets may have been on their way before the rule.
        const firstDoubled = () => packets.items.findIndex(({ index }) => times(index) > 1)
        yield* packets.waitUntil((items) => firstDoubled() >= 0 && items.length >= firstDoubled() + 8)
        const { index } = packets.items[firstDoubled()]!
        assert.deepStrictEqual([0, 1, 2, 3].map((offset) => times(index + offset)), [2, 2, 2, 1])
      }))
      yield* control.datagrams.replay({ to: "agent", kind: "rtp" }, 5)
      const start = packets.items.length
      yield* packets.waitUntil((items) => items.length >= start + 12)
      const indexes = packets.items.slice(start).map(({ index }) => index)
      const first = indexes.find((index) => times(index) > 1)!
      const from = indexes.indexOf(first)
      assert.deepStrictEqual(
        indexes.slice(from, from + 9).map((index) => index - first),
        [0, 1, 2, 3, 4, 5, 0, 6, 1]
      )
    }))

  inCall("do not pass a broken path in either direction, until it is restored", (sfu) =>
    Effect.gen(function*() {
      const { agent, microphone } = yield* aliceAndAgent
      const packets = received(agent)
      const { restore } = yield* sfu.control.breakPath("agent")
      // What was on its way before.
      yield* forwards(sfu, 2)
      yield* agent.awaitPriorEvents
      const before = packets.items.length
      yield* forwards(sfu, 10)
      yield* agent.awaitPriorEvents
      assert.strictEqual(packets.items.length, before)
      yield* agent.restartIce
      yield* agent.awaitEvents("subscriberOffer", 2)
      yield* forwards(sfu, 10)
      assert.strictEqual(packets.items.length, before)
      yield* restore
      yield* agent.awaitPackets(microphone, 3)
    }))

  inCall("pass a broken path again after an ICE restart, if that mends it", (sfu) =>
    Effect.gen(function*() {
      const { agent, microphone } = yield* aliceAndAgent
      yield* sfu.control.breakPath("agent", "byIceRestart")
      yield* forwards(sfu, 10)
      yield* agent.restartIce
      yield* Effect.timeout(agent.awaitPackets(microphone, 3), "20 seconds")
    }))
})

describe("sections", () => {
  inCall.each(["all", "one"] as const)("are stopped in one offer: %s", (sfu, which) =>
    Effect.gen(function*() {
      const { agent, alice, microphone } = yield* aliceAndAgent
      const camera = Client.keyOf(alice, "Video")
      yield* alice.publish("Video")
      yield* agent.subscribe(camera)
      yield* agent.awaitPackets(camera, 1)
      yield* sfu.control.stopSections("agent", which === "all" ? undefined : [microphone])
      const [, , stopped, again] = yield* agent.awaitEvents("subscriberOffer", 4)
      const ports = (event: Wire.SfuEvent | undefined) =>
        Array.from(offerOf(event).matchAll(/^m=\w+ (\d+)/gm), ([, port]) => port)
      assert.deepStrictEqual(ports(stopped).map((port) => port === "0"), which === "all" ? [true, true] : [true, false])
      assert.match(offerOf(stopped), which === "all" ? /^a=group:BUNDLE 0 1\r$/m : /^a=group:BUNDLE 1\r$/m)
      assert.notInclude(ports(again), "0")
      yield* Effect.all([agent.awaitPackets(microphone, 2), agent.awaitPackets(camera, 2)], { concurrency: 2 })
    }))
})

describe("an SFU token", () => {
  inCall(
    "that expires fails requests and joins as unauthenticated, until a join with another one",
    (sfu) =>
      Effect.gen(function*() {
        const token = yield* sfu.token("agent")
        const agent = yield* Client.join({ userId: "agent", sessionId: "agent", token })
        assert.strictEqual(yield* statusOf(agent), 200)
        yield* sfu.control.expireTokens("agent")
        const { body, status } = yield* agent.post("UpdateSubscriptions", subscriptions(agent))
        assert.deepStrictEqual([status, JSON.parse(new TextDecoder().decode(body))], [
          401,
          { code: "unauthenticated", msg: "the token has expired" }
        ])
        yield* agent.awaitPriorEvents
        const refused = yield* Client.join({ userId: "agent", token })
        assert.strictEqual(refused.joinReply.error?.error?.code, Wire.ErrorCode.ERROR_CODE_UNAUTHENTICATED)
        assert.strictEqual(refused.joinReply.error?.reconnectStrategy, 0)
        const other = yield* Client.join({ userId: "other" })
        assert.strictEqual(yield* statusOf(other), 200)
        const again = yield* Client.join({ userId: "agent" })
        assert.strictEqual(yield* statusOf(again), 200)
      })
  )
})

describe("a request", () => {
  inCall("is answered by a web server, or not at all", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const match = { fromUser: "agent", method: "UpdateSubscriptions" } as const
      yield* sfu.control.failRequests(match, { _tag: "Http", status: 404, body: "no such page" }, { times: 1 })
      const { body, status } = yield* agent.post("UpdateSubscriptions", subscriptions(agent))
      assert.deepStrictEqual([status, new TextDecoder().decode(body)], [404, "no such page"])
      yield* sfu.control.failRequests(match, { _tag: "Disconnect" }, { times: 1 })
      const exit = yield* Effect.exit(agent.post("UpdateSubscriptions", subscriptions(agent)))
      assert.strictEqual(exit._tag, "Failure")
      assert.strictEqual(yield* statusOf(agent), 200)
    }))
})

describe("an outage", () => {
  inCall("of one user: nothing answers that user, and everything answers the others", (sfu) =>
    Effect.gen(function*() {
      const { agent, alice } = yield* aliceAndAgent
      const other = yield* Client.join({ userId: "other" })
      const join = (userId: string) =>
        Effect.flatMap(sfu.userToken(userId), (authorization) =>
          Effect.promise(async () => {
            const url = `${sfu.coordinatorUrl}/call/default/id/join?api_key=${sfu.apiKey}`
            const { status } = await fetch(url, {
              method: "POST",
              headers: { authorization, "content-type": "application/json" },
              body: JSON.stringify({ location: "auto" })
            })
            return status
          }))
      yield* Effect.scoped(Effect.gen(function*() {
        yield* sfu.control.outage("agent")
        assert.strictEqual(yield* agent.closed, 1006)
        assert.strictEqual((yield* Effect.exit(statusOf(agent)))._tag, "Failure")
        assert.strictEqual((yield* Effect.exit(join("agent")))._tag, "Failure")
        const before = agent.packets().length
        yield* other.awaitPackets(Client.keyOf(alice, "Audio"), 10)
        assert.strictEqual(agent.packets().length, before)
        assert.strictEqual(yield* join("other"), 201)
      }))
      assert.strictEqual(yield* join("agent"), 201)
      const again = yield* Client.join({ ...agent, request: { fastReconnect: true } })
      yield* again.awaitPackets(Client.keyOf(alice, "Audio"), 3)
    }))
})
