/**
 * The state of one call: its SFUs, its room, its sessions, and the flows that a test can interfere with. `Dispatch`,
 * `Joining`, `Leaving`, `Forwarding` and `NodeLifecycle` change this state.
 */
import type { Grants, ParticipantProfile } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Condition from "./Condition.ts"
import * as GroundTruth from "./GroundTruth.ts"
import { publicationId } from "./Member.ts"
import type { Member } from "./Member.ts"
import type { NodeConnection } from "./NodeConnection.ts"
import type { OutboundDatagram, OutboundEvent, OutboundPacket } from "./Outbound.ts"
import * as Room from "./Room.ts"
import * as Session from "./Session.ts"
import * as Settings from "./Settings.ts"
import * as SettingsCheck from "./SettingsCheck.ts"
import type { SfuNodes } from "./SfuNode.ts"
import * as Traffic from "./Traffic.ts"
import * as Wire from "./Wire.ts"

export interface Call {
  readonly nodes: SfuNodes
  /** Connections and timers of the call. */
  readonly scope: Scope.Scope
  /** By session id, in the order of their joins. */
  readonly sessions: Map<string, Session.Session>
  /** Events that precede the next join response of a user, by user id. */
  readonly beforeJoinResponse: Map<string, ReadonlyArray<Wire.SfuEvent>>
  readonly events: Traffic.Traffic<OutboundEvent>
  readonly packets: Traffic.Traffic<OutboundPacket>
  readonly datagrams: Traffic.Traffic<OutboundDatagram>
  /** Users whose joins are refused. */
  readonly blocked: Set<string>
  /** What a user may publish, if a moderator has changed it. Otherwise the setting. */
  readonly userGrants: Map<string, Grants>
  /** Of users that have one, by user id. */
  readonly profiles: Map<string, ParticipantProfile>
  /** Notified after every change that the ground truth shows. */
  readonly groundTruth: Condition.Condition<GroundTruth.GroundTruth>
  /** One permit, because two sockets can join one session at the same time. */
  readonly joining: Semaphore.Semaphore
  room: Room.Room
  settings: Settings.Settings
}

export const make = Effect.fnUntraced(function*(
  nodes: SfuNodes,
  options: Settings.SettingsOptions
): Effect.fn.Return<Call, never, Scope.Scope> {
  const sessions: Call["sessions"] = new Map()
  SettingsCheck.check(options)
  const condition = Condition.make(() => groundTruth(call))
  const call: Call = {
    nodes,
    scope: yield* Effect.scope,
    sessions,
    beforeJoinResponse: new Map(),
    blocked: new Set(),
    userGrants: new Map(),
    profiles: new Map(),
    events: yield* Traffic.make<OutboundEvent>(deliverEvent(sessions)),
    packets: yield* Traffic.make<OutboundPacket>(deliverPacket(sessions, condition.notify)),
    datagrams: yield* Traffic.make<OutboundDatagram>(({ write }) => write()),
    groundTruth: condition,
    joining: yield* Semaphore.make(1),
    room: Room.empty,
    settings: Settings.change(Settings.defaults, options)
  }
  return call
})

export const member = (call: Call, sessionId: string): Member | undefined => call.room.get(sessionId)

/** In the order of their joins. */
export const members = (call: Call): ReadonlyArray<Member> => Array.from(call.room.values())

export const groundTruth = (call: Call): GroundTruth.GroundTruth => GroundTruth.make(call.room, call.sessions)

/** What a user who joins now may publish. */
export const grantsOf = ({ settings, userGrants }: Call, userId: string): Grants =>
  userGrants.get(userId) ?? settings.grants

/** The session's active connection, or its newest one on `node`. */
export const connection = (call: Call, sessionId: string, node?: string): NodeConnection | undefined => {
  const session = call.sessions.get(sessionId)
  return node === undefined ? session?.active : Session.connectionOn(session, node)
}

/** An event for everybody is one object, and is encoded once. */
const encodeOnce = () => {
  let last: { readonly event: Wire.SfuEvent; readonly bytes: Uint8Array } | undefined
  return (event: Wire.SfuEvent): Uint8Array => {
    if (last?.event !== event) last = { event, bytes: Wire.encodeEvent(event) }
    return last.bytes
  }
}

const deliverEvent = (sessions: ReadonlyMap<string, Session.Session>) => {
  const encode = encodeOnce()
  return ({ event, node, to }: OutboundEvent): void => {
    const socket = Session.connectionOn(sessions.get(to), node)?.socket
    if (socket !== undefined) socket.send(encode(event))
  }
}

const deliverPacket =
  (sessions: ReadonlyMap<string, Session.Session>, onForwarded: () => void) =>
  ({ from, fromUser, media, to, trackType }: OutboundPacket): void => {
    const session = sessions.get(to)
    const id = publicationId(from, trackType)
    if (session?.paused.has(id)) return
    const sent = session?.connections.filter(({ subscriber }) => subscriber.forward(id, media)) ?? []
    if (session === undefined || sent.length === 0) return
    const count = session.forwarded.get(id)
    if (count !== undefined) count.packets++
    else session.forwarded.set(id, { key: { userId: fromUser, sessionId: from, trackType }, packets: 1 })
    onForwarded()
  }
