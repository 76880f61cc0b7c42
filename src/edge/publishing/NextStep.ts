/**
 * The next difference between the publications that are wanted and what the SFU knows of them. Pure.
 *
 * One step at a time, because each but `SyncMute` changes the one offer of the connection. In this order:
 *
 * | step         | when                                             | why in this place                                          |
 * | ------------ | ------------------------------------------------ | ---------------------------------------------------------- |
 * | `Unpublish`  | a publication is ending                          | what others must not receive any more ends first           |
 * | `Republish`  | a published one has no track on this connection  | after a reconnection others miss it                        |
 * | `RestartIce` | the connection has to find its path anew         | no media flows until then; an offer of a step before       |
 * |              |                                                  | restarts ICE as well                                       |
 * | `SyncMute`   | the SFU knows another mute state than the wanted | others see it wrong; a track is unmuted once it is offered |
 * | `PublishNew` | a request was not offered yet                    | in the order of the requests, after all that exists        |
 * | `None`       | otherwise, and always without a socket           | the worker waits                                           |
 */
import type { LocalTrack } from "../PeerConnection.ts"
import type { MuteUpdate, Publications, PublicationState } from "./Publications.ts"
import { ending } from "./Publications.ts"

/** What a decision needs of an epoch. */
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
    /** Those that are unmuted at the SFU: others are informed of the end by a mute. */
    readonly mutes: ReadonlyArray<MuteUpdate>
    /** To take off this connection, if any. */
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
