/**
 * Faults that the agent has to tolerate without a reconnection.
 */
import { kindOf } from "effect-track-resolver"
import type { OutboundEvent } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Order from "../Order.ts"
import { type AgentFault, counting, ifConnected, isRosterEvent, window } from "./AgentFault.ts"

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
    Effect.flatMap(
      Random.next,
      (chance) =>
        ifConnected(context, agent, (to) =>
          Effect.flatMap(context.sfu.groundTruth, ({ downTracks: lines }) => {
            const own = lines.filter((line) => line.to.sessionId === to)
            const pairs = own.flatMap(({ key: one }) =>
              own.flatMap(({ key: other }) =>
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
          }))
    ),
  "ICE restart": (context, agent) =>
    ifConnected(context, agent, (sessionId) => {
      context.note(`${agent.userId}: ICE restart`)
      return Effect.as(context.sfu.control.restartIce(sessionId), true)
    })
}
