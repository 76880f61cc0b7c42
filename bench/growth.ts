/**
 * `npm run bench:growth`: what an event costs in calls of 10 to 2,000 people, in microseconds of CPU, and what a call sends to the
 * SFU while it grows to that size. People join, publish sound, mute, and leave, one by one.
 */
import { StreamEdge } from "effect-track-resolver"
import type { SfuEvent, TrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SessionDescription } from "werift"
import * as SignalCall from "../src/stream-sfu/wire/SignalCall.ts"
import * as Codecs from "../src/werift/internal/Codecs.ts"
import * as Offer from "../src/werift/internal/Offer.ts"
import * as OfferLimits from "../src/werift/internal/OfferLimits.ts"
import * as SectionParser from "../src/werift/internal/SectionParser.ts"
import { joined, left, published, unpublished } from "../test/edge/Harness.ts"
import { goal } from "./goals.ts"
import { cost, median, processorMicros } from "./measure.ts"

const sizes = [10, 100, 500, 2_000]
const row = (cells: ReadonlyArray<string | number>) =>
  Console.log(cells.map((cell, n) => n === 0 ? `${cell}`.padEnd(24) : `${cell}`.padStart(10)).join(""))

interface Growth {
  readonly join: number
  readonly publish: number
  readonly unpublish: number
  readonly leave: number
  readonly requests: number
  readonly bytes: number
}

const measureGrowth = Effect.fnUntraced(function*(size: number) {
  const call = yield* ScriptedCall.make()
  const people = Array.from({ length: size }, (_, n): TrackKey => ({
    userId: `user-${n}`,
    sessionId: `session-${n}`,
    trackType: "Audio"
  }))

  /** In microseconds for each event. */
  const measure = Effect.fnUntraced(function*(events: ReadonlyArray<SfuEvent>) {
    const micros = yield* processorMicros(Effect.gen(function*() {
      for (const event of events) {
        yield* call.emit(event)
        yield* Effect.yieldNow
      }
      yield* ScriptedCall.flush
    }))
    return micros / events.length
  })

  return yield* Effect.gen(function*() {
    yield* StreamEdge
    const join = yield* measure(people.map((person, n) => joined(person, `prefix-${n}`)))
    const publish = yield* measure(people.map((person) => published(person)))
    const sets = call.calls.flatMap((each) => each._tag === "Subscribed" ? [each.subscriptions] : [])
    const bytes = sets.reduce(
      (sum, subscriptions) => sum + SignalCall.updateSubscriptions({ sessionId: "s", subscriptions }).body.length,
      0
    )
    const unpublish = yield* measure(people.map((person) => unpublished(person)))
    const leave = yield* measure(people.map((person) => left(person)))
    const growth: Growth = { join, publish, unpublish, leave, requests: sets.length, bytes }
    return growth
  }).pipe(Effect.provide(Layer.provide(StreamEdge.layer(), call.layer)))
})

const medians = (growths: ReadonlyArray<Growth>): Growth => {
  const of = (pick: (growth: Growth) => number) => median(growths.map(pick))
  return {
    join: of(({ join }) => join),
    publish: of(({ publish }) => publish),
    unpublish: of(({ unpublish }) => unpublish),
    leave: of(({ leave }) => leave),
    requests: of(({ requests }) => requests),
    bytes: of(({ bytes }) => bytes)
  }
}

const milliseconds = (micros: number): string => `${(micros / 1_000).toFixed(2)} ms`

/** An offer of the SFU with an m-line for each publication. */
const offerOf = (size: number): string => {
  const sections = Array.from({ length: size }, (_, n) => [
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    "a=setup:actpass",
    `a=mid:${n}`,
    "a=ice-ufrag:ufrag",
    "a=ice-pwd:a-password-of-22-characters",
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}`,
    "a=rtcp-mux",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    `a=msid:prefix-${n}:TRACK_TYPE_AUDIO:x track-${n}`,
    "a=sendonly",
    `a=ssrc:${n + 1} cname:x`
  ])
  const group = `a=group:BUNDLE ${sections.map((_, n) => n).join(" ")}`
  return ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", group, ...sections.flat(), ""].join("\r\n")
}

const main = Effect.gen(function*() {
  // Warms up.
  yield* measureGrowth(500)
  yield* row(["people", "join", "publish", "unpublish", "leave", "requests", "kB sent", "kB each"])
  const ofSize = new Map<number, Growth>()
  for (const size of sizes) {
    const growths = yield* Effect.forEach(Array.from({ length: Math.ceil(1_000 / size) }), () => measureGrowth(size))
    const growth = medians(growths)
    ofSize.set(size, growth)
    const { bytes, join, leave, publish, requests, unpublish } = growth
    const micros = [join, publish, unpublish, leave].map((value) => `${value.toFixed(0)} us`)
    yield* row([size, ...micros, requests, (bytes / 1_000).toFixed(1), (bytes / 1_000 / size).toFixed(2)])
  }
  const [some, many] = [ofSize.get(100)!, ofSize.get(500)!]
  const against = (pick: (growth: Growth) => number) => pick(many) / pick(some)
  yield* goal({
    what: "sent for each of 500 people, of 100",
    unit: "x",
    value: against((it) => it.bytes) / 5,
    atMost: 2
  })
  yield* goal({
    what: "CPU of a publication, of 500 people, of 100",
    unit: "x",
    value: against((it) => it.publish),
    atMost: 2
  })
  yield* row(["\nm-lines of an offer", "werift", "the first", "ratio", "the next", "ratio"])
  for (const size of [10, 100, 500, OfferLimits.maxMLines]) {
    const text = offerOf(size)
    const times = Math.ceil(1_000 / size)
    const repeat = (parse: () => unknown) => (times: number) =>
      Effect.sync(() => {
        for (let n = 0; n < times; n++) parse()
      })
    const werift = yield* cost(times, repeat(() => SessionDescription.parse(text)))
    const options = { loopbackOnly: true, mLines: 0, receives: Codecs.receives }
    const first = yield* cost(times, repeat(() => Offer.parse(text, options)))
    const parser = SectionParser.make()
    const next = yield* cost(times, repeat(() => Offer.parse(text, { ...options, parser })))
    const cells = [first, next].flatMap((value) => [milliseconds(value), `${(value / werift).toFixed(1)}x`])
    yield* row([size, milliseconds(werift), ...cells])
  }
})

await Effect.runPromise(Effect.scoped(main))
