/**
 * The state of the call in the SFU. A test compares this state with the state that a client reports. Clients cannot
 * read it.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"
import * as Member from "./Member.ts"
import type * as Room from "./Room.ts"
import type { Session } from "./Session.ts"

/**
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface GroundTruth {
  /** In the order of their joins. A participant whose socket is lost stays until its reconnect deadline. */
  readonly participants: ReadonlyArray<
    Participant & {
      readonly prefix: string
      readonly published: ReadonlyArray<TrackType>
      /** The edge name of its SFU. During a migration: the old SFU. Undefined while that SFU is down. */
      readonly node: string | undefined
      /** Whether its socket is open. */
      readonly connected: boolean
    }
  >
  /** The announced tracks. */
  readonly published: ReadonlyArray<TrackKey>
  /**
   * The number of packets forwarded to each subscriber of each track of a participant in the call. The connection that a
   * packet arrives on identifies its track; the payload is not read.
   */
  readonly forwarded: ReadonlyArray<{
    readonly to: Participant
    readonly key: TrackKey
    readonly packets: number
  }>
  /**
   * The publication in each media section of a subscriber, by the last offer that the subscriber answered on its SFU.
   */
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
