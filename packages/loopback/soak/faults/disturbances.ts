/**
 * Faults that the agent has to tolerate without a reconnection.
 */
import { kindOf } from "effect-track-resolver"
import type { OutboundDatagram, OutboundEvent } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Order from "../Order.ts"
import { type AgentFault, counting, ifConnected, ifReceiving, isRosterEvent, window } from "./AgentFault.ts"

/** Holds the agent's signalling for a while; `order` decides in which order it is released. */
const held = (
  what: string,
  order: (items: ReadonlyArray<OutboundEvent>, choose: (count: number) => number) => ReadonlyArray<OutboundEvent>,
  least: number
): AgentFault =>
(context, agent) =>
  Effect.gen(function*() {
    const choices = yield* Effect.forEach(Array.from({ length: 256 }), () => Random.next)
    const hold = yield* context.sfu.control.signalling.hold((event) => isRosterEvent(event, agent))
    context.note(`${agent.userId}: signalling is ${what}`)
    yield* Effect.flatMap(window, Effect.sleep)
    const { length } = yield* hold.items
    let next = 0
    yield* hold.release((items) => order(items, (count) => Math.floor(choices[next++ % choices.length]! * count)))
    return length >= least
  })

const countingMedia = ({ userId }: { readonly userId: string }) =>
  counting(({ kind, toUser }: OutboundDatagram) => toUser === userId && (kind === "rtp" || kind === "rtcp"))

/** In datagrams: more than the 64 packets of the smallest replay window (RFC 3711, section 3.3.2). */
const replayDistance = 200

export const disturbances: { readonly [name: string]: AgentFault } = {
  "signalling delayed": held("delayed", (items) => items, 1),
  "signalling reordered": held("reordered", Order.shuffle, 2),
  "signalling duplicated": (context, agent) =>
    Effect.gen(function*() {
      const { count, match } = counting((event: OutboundEvent) => isRosterEvent(event, agent))
      yield* context.sfu.control.signalling.duplicate(match)
      context.note(`${agent.userId}: signalling is duplicated`)
      yield* Effect.flatMap(window, Effect.sleep)
      return count() > 0
    }),
  "stale snapshots": (context, agent) =>
    ifConnected(context, agent, (sessionId) => {
      context.note(`${agent.userId}: stale snapshots`)
      return Effect.as(context.sfu.control.resendParticipants(sessionId, { stale: true }), true)
    }),
  "unreadable frames": (context, agent) =>
    Effect.flatMap(
      Effect.forEach(Array.from({ length: 40 }), () => Random.nextIntBetween(0, 255)),
      (bytes) =>
        ifConnected(context, agent, (sessionId) => {
          context.note(`${agent.userId}: unreadable frames`)
          // An unknown field, and bytes that no message begins with.
          return Effect.as(
            Effect.andThen(
              context.sfu.control.sendFrame(sessionId, Uint8Array.of(0xc2, 0x0c, bytes.length, ...bytes)),
              context.sfu.control.sendFrame(sessionId, Uint8Array.of(0xff, ...bytes))
            ),
            true
          )
        })
    ),

  // --- Media ---
  "offers held": (context, agent) =>
    ifConnected(context, agent, (sessionId) =>
      Effect.gen(function*() {
        const { release } = yield* context.sfu.control.holdOffers(sessionId)
        context.note(`${agent.userId}: offers are held`)
        yield* Effect.flatMap(window, Effect.sleep)
        yield* release
        return true
      })),
  "media section given to another participant": (context, agent) =>
    ifReceiving(context, agent, (to, own, chance) => {
      const pairs = own.flatMap((one) =>
        own.flatMap((other) =>
          one !== other && kindOf(one.trackType) === kindOf(other.trackType) ? [[one, other] as const] : []
        )
      )
      const pair = pairs[Math.floor(chance * pairs.length)]
      if (pair === undefined) return Effect.succeed(false)
      context.note(
        `${agent.userId}: the media section of ${pair[0].sessionId} ${pair[0].trackType} is given to ${
          pair[1].sessionId
        } ${pair[1].trackType}`
      )
      return Effect.as(context.sfu.control.reassignSection({ to, sectionOf: pair[0], for: pair[1] }), true)
    }),
  "media sections stopped": (context, agent) =>
    ifReceiving(context, agent, (to, own, chance) => {
      const one = chance < 0.5 ? undefined : [own[Math.floor((2 * chance - 1) * own.length)]!]
      context.note(`${agent.userId}: ${one === undefined ? "all media sections" : "a media section"} stopped`)
      return Effect.as(context.sfu.control.stopSections(to, one), true)
    }),
  "another SSRC": (context, agent) =>
    ifReceiving(context, agent, (to, own, chance) => {
      const publication = own[Math.floor(chance * own.length)]!
      context.note(`${agent.userId}: another SSRC of ${publication.sessionId} ${publication.trackType}`)
      const { changeSsrc, restartIce } = context.sfu.control
      return Effect.tap(
        changeSsrc({ to, publication }),
        (isChanged) => isChanged && !context.usesMids() ? restartIce(to) : Effect.void
      )
    }),
  "packets before their offer": (context, agent) =>
    Effect.gen(function*() {
      const { count, match } = counting(({ toUser, type }: OutboundEvent) =>
        toUser === agent.userId && type === "subscriberOffer"
      )
      yield* context.sfu.control.signalling.delay(match, "100 millis")
      context.note(`${agent.userId}: offers are delayed`)
      yield* Effect.flatMap(window, Effect.sleep)
      return count() > 0
    }),
  "datagrams doubled": (context, agent) =>
    Effect.gen(function*() {
      const { count, match } = countingMedia(agent)
      yield* context.sfu.control.datagrams.duplicate(match)
      context.note(`${agent.userId}: datagrams are doubled`)
      yield* Effect.flatMap(window, Effect.sleep)
      return count() > 0
    }),
  "datagrams replayed": (context, agent) =>
    Effect.gen(function*() {
      const { count, match } = countingMedia(agent)
      yield* context.sfu.control.datagrams.replay(match, replayDistance)
      context.note(`${agent.userId}: datagrams are replayed after ${replayDistance} others`)
      yield* Effect.repeat(Effect.sleep("20 millis"), { while: () => count() < replayDistance + 20, times: 200 })
      return count() > replayDistance
    }),
  "ICE restart": (context, agent) =>
    ifConnected(context, agent, (sessionId) => {
      context.note(`${agent.userId}: ICE restart`)
      return Effect.as(context.sfu.control.restartIce(sessionId), true)
    })
}
