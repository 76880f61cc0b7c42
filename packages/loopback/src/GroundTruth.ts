/**
 * The state of the call as the SFU has it. A test compares it with the state that a client reports; no client can read it.
 *
 * @since 0.1.0
 */
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"
import * as Member from "./Member.ts"
import type * as Room from "./Room.ts"
import type { Session } from "./Session.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface GroundTruth {
  /** In the order of their joins. A participant whose socket is lost stays until its reconnect deadline. */
  readonly participants: ReadonlyArray<
    Participant & {
      readonly prefix: string
      readonly published: ReadonlyArray<TrackType>
      /** The edge name of its SFU: the old one until a migration is complete. Undefined while that SFU is down. */
      readonly node: string | undefined
      /** Whether its socket is open. */
      readonly connected: boolean
    }
  >
  /** The announced tracks. */
  readonly published: ReadonlyArray<TrackKey>
  /** Packets forwarded to each subscriber of each track. Counted by their connection, not by their payload. */
  readonly forwarded: ReadonlyArray<{
    readonly to: Participant
    readonly key: TrackKey
    readonly packets: number
  }>
  /** What each subscriber's media sections carry, by the last offer that it has answered on its SFU. */
  readonly downTracks: ReadonlyArray<{
    readonly to: Participant
    readonly key: TrackKey
    readonly streamId: string
  }>
}

export const make = (room: Room.Room, sessions: ReadonlyMap<string, Session>): GroundTruth => ({
  participants: Array.from(room.values(), (member) => {
    const connection = sessions.get(member.participant.sessionId)?.active
    return {
      ...member.participant,
      prefix: member.prefix,
      published: Member.liveTypes(member),
      node: connection?.node.name,
      connected: connection?.socket !== undefined
    }
  }),
  published: Array.from(room.values()).flatMap((member) =>
    Member.liveTypes(member).map((trackType) => Member.keyOf(member, trackType))
  ),
  forwarded: Array.from(sessions.values()).flatMap(({ forwarded, participant }) =>
    Array.from(forwarded.values(), ({ key, packets }) => ({ to: participant, key, packets }))
  ),
  downTracks: Array.from(sessions.values()).flatMap(({ active, participant }) =>
    (active?.subscriber.sections() ?? []).flatMap(({ stopped, track }) =>
      track === undefined || stopped ? [] : [{ to: participant, key: track.key, streamId: track.streamId }]
    )
  )
})
