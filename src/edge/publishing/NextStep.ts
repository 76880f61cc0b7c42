/**
 * The next difference between the publications that are wanted and what the SFU knows of them. Pure.
 *
 * One step at a time: every step but `SyncMute` makes an offer with all tracks of the connection. The order:
 *
 * | step         | condition                                           | reason for its place                              |
 * | ------------ | --------------------------------------------------- | ------------------------------------------------- |
 * | `Unpublish`  | a publication is ending                             | others must stop receiving it first               |
 * | `Republish`  | a publication has no track in this epoch            | others lost it with the former connection         |
 * | `RestartIce` | the connection needs it                             | an offer of a former step has restarted ICE too   |
 * | `SyncMute`   | the SFU's mute state differs from the wanted one    | a track is unmuted after it is offered            |
 * | `PublishNew` | a request is not complete: the oldest one           | tracks that others receive are repaired first     |
 * | `None`       | no difference, or the socket has ended              |                                                   |
 */
import type { LocalTrack } from "../PeerConnection.ts"
import type { MuteUpdate, Publications, PublicationState } from "./Publications.ts"
import { ending } from "./Publications.ts"

/** The part of an epoch that determines the next step. */
export interface EpochStatus {
  readonly id: number
  /** Requests can be sent. */
  readonly isSocketOpen: boolean
  readonly needsIceRestart: boolean
}

export type NextStep =
  | { readonly _tag: "None" }
  | {
    readonly _tag: "Unpublish"
    readonly ids: ReadonlyArray<number>
    /** For the tracks that are unmuted at the SFU: a mute informs the other participants of the end. */
    readonly mutes: ReadonlyArray<MuteUpdate>
    /** The tracks to remove from the connection of this epoch. */
    readonly tracks: ReadonlyArray<LocalTrack>
  }
  | { readonly _tag: "Republish"; readonly ids: ReadonlyArray<number> }
  | { readonly _tag: "RestartIce" }
  | { readonly _tag: "SyncMute"; readonly updates: ReadonlyArray<MuteUpdate> }
  | { readonly _tag: "PublishNew"; readonly publication: PublicationState }

type Rule = (publications: Publications, epoch: EpochStatus) => NextStep | undefined

export const nextStep = (publications: Publications, epoch: EpochStatus): NextStep => {
  if (!epoch.isSocketOpen) return { _tag: "None" }
  for (const rule of rules) {
    const step = rule(publications, epoch)
    if (step !== undefined) return step
  }
  return { _tag: "None" }
}

const unpublish: Rule = (publications, epoch) => {
  const ended = ending(publications)
  if (ended.length === 0) return undefined
  const onConnection = ended.flatMap(({ id, outgoing, trackType }) =>
    outgoing?.epochId === epoch.id ? [{ id, trackType, outgoing }] : []
  )
  return {
    _tag: "Unpublish",
    ids: ended.map(({ id }) => id),
    mutes: onConnection
      .filter(({ outgoing }) => !outgoing.isMutedAtSfu)
      .map(({ id, outgoing: { track }, trackType }) => ({ id, track, trackType, muted: true })),
    tracks: onConnection.map(({ outgoing }) => outgoing.track)
  }
}

const republish: Rule = ({ list }, epoch) => {
  const ids = list
    .filter(({ outgoing, phase }) => phase === "Published" && outgoing?.epochId !== epoch.id)
    .map(({ id }) => id)
  return ids.length === 0 ? undefined : { _tag: "Republish", ids }
}

const restartIce: Rule = (_, { needsIceRestart }) => needsIceRestart ? { _tag: "RestartIce" } : undefined

const syncMute: Rule = ({ list }) => {
  const updates = list.flatMap(({ id, isMuted, outgoing, phase, trackType }) =>
    phase === "Published" && outgoing !== undefined
      && outgoing.isMutedAtSfu !== isMuted && outgoing.refusedMute !== isMuted
      ? [{ id, track: outgoing.track, trackType, muted: isMuted }]
      : []
  )
  return updates.length === 0 ? undefined : { _tag: "SyncMute", updates }
}

const publishNew: Rule = ({ list }) => {
  const publication = list.find(({ phase }) => phase === "Requested")
  return publication && { _tag: "PublishNew", publication }
}

const rules: ReadonlyArray<Rule> = [unpublish, republish, restartIce, syncMute, publishNew]
