/**
 * The SFU's state of one session, besides its entry in the room: its connections and its timers.
 */
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"
import type * as Fiber from "effect/Fiber"
import type { NodeConnection } from "./NodeConnection.ts"
import type { SfuNode } from "./SfuNode.ts"
import type { SignalSocket } from "./SignalSocket.ts"

export interface Session {
  readonly participant: Participant
  /** Oldest first. Empty while the session's SFU is down. */
  connections: ReadonlyArray<NodeConnection>
  /** The connection that `Control` and `GroundTruth` refer to. Until a migration is complete: the old one. */
  active: NodeConnection | undefined
  /** The new connection of a migration that is not complete. */
  migratesTo: NodeConnection | undefined
  /** The connection that each track's packets are taken from. While two connections send a track: the newer one. */
  readonly mediaSources: Map<TrackType, NodeConnection>
  /** Packets forwarded to this session, by publication id, of the sessions that are in the call. */
  readonly forwarded: Map<string, { readonly key: TrackKey; packets: number }>
  /** Whether the client is told of a pause of its video, and so may have one. By its last join request. */
  canPauseVideo: boolean
  /** The live publications whose video is not sent to this session, for its bandwidth, by publication id. */
  readonly paused: Map<string, TrackKey>
  /** The level of the loudest packet of its microphone since the last measurement (RFC 6464), in dB below the loudest. */
  loudest: number | undefined
  /** Ends the session at its reconnect deadline. */
  deadline: Fiber.Fiber<void> | undefined
}

export const make = (participant: Participant, connection: NodeConnection, canPauseVideo: boolean): Session => ({
  participant,
  connections: [connection],
  active: connection,
  migratesTo: undefined,
  mediaSources: new Map(),
  forwarded: new Map(),
  canPauseVideo,
  paused: new Map(),
  loudest: undefined,
  deadline: undefined
})

export const newestConnection = (session: Session | undefined): NodeConnection | undefined =>
  session?.connections.at(-1)

export const connectionOn = (session: Session | undefined, node: SfuNode["name"]): NodeConnection | undefined =>
  session?.connections.findLast((connection) => connection.node.name === node)

export const connectionOf = (session: Session, socket: SignalSocket): NodeConnection | undefined =>
  session.connections.find((connection) => connection.socket === socket)

/** The types that any of the session's connections publishes. */
export const publishedTypes = ({ connections }: Session): ReadonlyArray<TrackType> =>
  Array.from(new Set(connections.flatMap(({ trackTypes }) => trackTypes)))

export const cancelDeadline = (session: Session): void => {
  session.deadline?.interruptUnsafe()
  session.deadline = undefined
}

/** Removes a connection from the session, and does not close it. */
export const removeConnection = (session: Session, connection: NodeConnection): void => {
  session.connections = session.connections.filter((other) => other !== connection)
  if (session.active === connection) session.active = newestConnection(session)
  if (session.migratesTo === connection) session.migratesTo = undefined
  for (const [type, source] of session.mediaSources) if (source === connection) session.mediaSources.delete(type)
}
