/**
 * The publications that the application wants, in the order of its requests. Every change is a pure function.
 *
 * A transition returns the outcomes for the callers and the next state. A transition has no fiber and no connection:
 * `PublicationStore` keeps the state and delivers the outcomes, `NextStep` compares the state with what the SFU knows.
 */
import type { TrackType } from "../../Track.ts"
import type { PublishRequest } from "../LocalPublication.ts"
import { PublicationStoppedError, PublishError } from "../LocalPublication.ts"
import type { LocalTrack, PublisherOffer, RtpCodec } from "../PeerConnection.ts"
import type { AnnouncedTrack, Grants, PublishOption, PublishQuality, UnpublishCause } from "../SfuClient.ts"
import { isGranted } from "../SfuClient.ts"
import * as Admission from "./Admission.ts"

export interface Publications {
  /** In the order of the requests. */
  readonly list: ReadonlyArray<PublicationState>
  readonly nextId: number
  readonly permissions: Admission.Permissions
  /** The epochs whose connection is connected. */
  readonly connected: ReadonlyArray<number>
  /** The call has ended: nothing can be added. */
  readonly isEnded: boolean
}

export interface PublicationState {
  readonly id: number
  readonly trackType: TrackType
  /** The codec of the request. */
  readonly codec: RtpCodec | undefined
  readonly dimension: AnnouncedTrack["dimension"]
  /**
   * - `Requested`: its first offer is not complete, and its caller waits.
   * - `Published`: its caller has received it. Every new epoch publishes it again.
   * - `Ending`: the SFU has to be informed of its end. A final phase.
   */
  readonly phase: "Requested" | "Published" | "Ending"
  /** The mute state that the application wants. */
  readonly isMuted: boolean
  /** The track as the SFU accepted it in the last offer, in this epoch or a former one. */
  readonly announced: AnnouncedTrack | undefined
  readonly outgoing: OutgoingTrack | undefined
  /** The quality that the SFU wants. */
  readonly quality: PublishQuality
}

/** The track of a publication on the connection of one epoch. */
export interface OutgoingTrack {
  readonly epochId: number
  readonly track: LocalTrack
  /** The track on the connection of the former epoch, as long as that is open. */
  readonly former: LocalTrack | undefined
  readonly admission: Admission.Admission
  /** The mute state that the SFU has accepted. A new track is muted. */
  readonly isMutedAtSfu: boolean
  /** The mute state that the SFU has refused. It is not sent again until the application sets a mute state again. */
  readonly refusedMute: boolean | undefined
}

/** A mute state to send, and the track that it is about. */
export interface MuteUpdate {
  readonly id: number
  readonly track: LocalTrack
  readonly trackType: TrackType
  readonly muted: boolean
}

/** A fact for the caller of one publication. */
export type Outcome =
  | { readonly _tag: "QualityChanged"; readonly id: number; readonly quality: PublishQuality }
  | { readonly _tag: "Published"; readonly id: number; readonly codec: RtpCodec }
  | { readonly _tag: "Refused"; readonly id: number; readonly error: PublishError }
  | { readonly _tag: "Stopped"; readonly id: number; readonly error: PublicationStoppedError }
  /** A caller that ends the publication need not wait for the SFU. */
  | { readonly _tag: "Released"; readonly id: number }
  /** The publication is no longer in the list. */
  | { readonly _tag: "Removed"; readonly id: number }

/** The outcomes, in the order of the list, and the next state. */
export type Change = readonly [outcomes: ReadonlyArray<Outcome>, next: Publications]

export type Transition = (publications: Publications) => Change

export const empty: Publications = {
  list: [],
  nextId: 0,
  permissions: Admission.noPermissions,
  connected: [],
  isEnded: false
}

export const find = ({ list }: Publications, id: number): PublicationState | undefined =>
  list.find((publication) => publication.id === id)

// --- The caller -------------------------------------------------------------------------------------------------------

/** Adds a request to the end of the list. One publication of a track type at a time, except for those that are ending. */
export const add = (
  publications: Publications,
  { codec, dimension, trackType }: Omit<PublishRequest, "media">
): readonly [id: number, next: Publications] | Extract<PublishError["reason"], "Ended" | "AlreadyPublished"> => {
  if (publications.isEnded) return "Ended"
  const isTaken = publications.list.some((one) => isActive(one) && one.trackType === trackType)
  if (isTaken) return "AlreadyPublished"
  const id = publications.nextId
  const publication: PublicationState = {
    id,
    trackType,
    codec,
    dimension,
    phase: "Requested",
    isMuted: false,
    announced: undefined,
    outgoing: undefined,
    quality: anyQuality(trackType)
  }
  return [id, { ...publications, nextId: id + 1, list: [...publications.list, publication] }]
}

/** A state that the SFU refused before is sent again, because the caller requests it again. */
export const setMuted = (id: number, isMuted: boolean): Transition => (publications) =>
  noOutcomes(updateOne(publications, id, (publication) => ({
    ...publication,
    isMuted,
    outgoing: publication.outgoing && { ...publication.outgoing, refusedMute: undefined }
  })))

/**
 * Whether the SFU can be informed of the end of a publication.
 *
 * - `Open`: yes.
 * - `Ended`: not before the next socket of the session.
 * - `None`: no. Without an epoch, no SFU has the publication.
 */
export type Signalling = "Open" | "Ended" | "None"

/** The caller ends the publication. */
export const end = (id: number, signalling: Signalling): Transition => (publications) => {
  if (find(publications, id) === undefined) return noOutcomes(publications)
  if (signalling === "None") return remove([id])(publications)
  const next = updateOne(publications, id, toEnding)
  return [signalling === "Ended" ? [{ _tag: "Released", id }] : [], next]
}

/** The call has ended. */
export const endAll: Transition = (publications) => [
  publications.list.flatMap((one): ReadonlyArray<Outcome> => [
    one.phase === "Published" ? stopped(one, "Ended") : refused(one, "Ended"),
    { _tag: "Removed", id: one.id }
  ]),
  { ...publications, list: [], isEnded: true }
]

// --- The SFU ----------------------------------------------------------------------------------------------------------

export const setPermissions =
  (change: (permissions: Admission.Permissions) => Admission.Permissions): Transition => (publications) =>
    noOutcomes({ ...publications, permissions: change(publications.permissions) })

export const setPublishOptions = (publishOptions: ReadonlyArray<PublishOption>): Transition =>
  setPermissions((permissions) => ({ ...permissions, publishOptions }))

/** Revokes the publications whose type is no longer granted. */
export const setGrants = (grants: Grants): Transition => (publications) =>
  revoke(
    { ...publications, permissions: { ...publications.permissions, grants } },
    (one) => isActive(one) && !isGranted(grants, one.trackType),
    "NotAllowed"
  )

/** The quality before the SFU requests one. */
export const anyQuality = (trackType: TrackType): PublishQuality => ({ trackType, layers: [] })

/** Ignores a quality that names another publish option: it is for another encoding. */
export const setQualities = (qualities: ReadonlyArray<PublishQuality>): Transition => (publications) =>
  changeQualities(publications, ({ outgoing, quality, trackType }) => {
    const optionId = outgoing?.admission.publishOptionId
    return qualities.find((one) =>
      one.trackType === trackType
      && (one.publishOptionId === undefined || optionId === undefined || one.publishOptionId === optionId)
    ) ?? quality
  })

/** For another session with the SFU, which has not requested a quality yet. */
export const resetQualities: Transition = (publications) =>
  changeQualities(
    publications,
    ({ quality, trackType }) => quality.layers.length === 0 ? quality : anyQuality(trackType)
  )

const changeQualities = (
  publications: Publications,
  qualityOf: (publication: PublicationState) => PublishQuality
): Change => {
  const next = updateAll(publications, (one) => ({ ...one, quality: qualityOf(one) }))
  return [
    next.list.flatMap(({ id, quality }, index) =>
      quality === publications.list[index]?.quality ? [] : [{ _tag: "QualityChanged", id, quality }]
    ),
    next
  ]
}

/** The SFU unpublished our track. Other causes are ignored: they confirm our own unpublish or mute. */
export const revokeBySfu = (trackType: TrackType, cause: UnpublishCause): Transition => (publications) =>
  cause === "Moderation" || cause === "PermissionRevoked"
    ? revoke(publications, (one) => isActive(one) && one.trackType === trackType && one.outgoing !== undefined, cause)
    : noOutcomes(publications)

/** Stops published tracks, and refuses requested ones. */
const revoke = (
  publications: Publications,
  matches: (publication: PublicationState) => boolean,
  cause: "Moderation" | "PermissionRevoked" | "NotAllowed"
): Change =>
  endWhere(publications, matches, (publication) =>
    publication.phase === "Published"
      ? stopped(publication, cause)
      : refused(publication, "NotAllowed", cause === "NotAllowed" ? "" : cause))

// --- The worker -------------------------------------------------------------------------------------------------------

/** Sets the track that carries a publication. */
export const setOutgoing = (id: number, outgoing: OutgoingTrack | undefined): Transition => (publications) =>
  noOutcomes(updateOne(publications, id, (publication) => ({ ...publication, outgoing })))

export interface OfferedTrack {
  readonly id: number
  readonly announced: AnnouncedTrack
}

/** The tracks of an offer as the SFU has to know them. A track that no publication has is left out. */
export const describeOffer = (
  { list }: Publications,
  offer: Pick<PublisherOffer, "tracks">
): ReadonlyArray<OfferedTrack> =>
  offer.tracks.flatMap(({ mid, track }) => {
    const publication = list.find(({ outgoing }) => outgoing?.track === track)
    if (publication?.outgoing === undefined) return []
    const { dimension, id, isMuted, outgoing: { admission }, trackType } = publication
    return [{ id, announced: { trackId: track.id, trackType, mid, muted: isMuted, dimension, ...admission } }]
  })

/** The SFU has accepted an offer. */
export const setAnnounced = (offered: ReadonlyArray<OfferedTrack>): Transition => (publications) =>
  noOutcomes(updateAll(publications, (publication) => {
    const announced = offered.find(({ id }) => id === publication.id)?.announced
    return announced === undefined ? publication : { ...publication, announced }
  }))

/** The SFU has accepted these mute states. */
export const acceptMutes = (updates: ReadonlyArray<MuteUpdate>): Transition =>
  updateTracks(updates, (outgoing, isMutedAtSfu) => ({ ...outgoing, isMutedAtSfu }))

/** The SFU has refused these mute states. */
export const refuseMutes = (updates: ReadonlyArray<MuteUpdate>): Transition =>
  updateTracks(updates, (outgoing, refusedMute) => ({ ...outgoing, refusedMute }))

/** A publication that was ended before its request was complete stays `Ending`. */
export const publish = (id: number, codec: RtpCodec): Transition => (publications) => [
  [{ _tag: "Published", id, codec }],
  updateOne(publications, id, (one) => one.phase === "Requested" ? { ...one, phase: "Published" } : one)
]

export const refuse = (id: number, reason: PublishError["reason"], detail = ""): Transition => (publications) =>
  endWhere(publications, (one) => one.id === id, (publication) => refused(publication, reason, detail))

export const stop = (id: number, reason: PublicationStoppedError["reason"]): Transition => (publications) =>
  endWhere(publications, (one) => one.id === id, (publication) => stopped(publication, reason))

/** The SFU no longer has these publications. */
export const remove = (ids: ReadonlyArray<number>): Transition => (publications) => [
  publications.list.filter(({ id }) => ids.includes(id)).map(({ id }) => ({ _tag: "Removed", id })),
  { ...publications, list: publications.list.filter(({ id }) => !ids.includes(id)) }
]

// --- The epoch --------------------------------------------------------------------------------------------------------

/** The socket has ended. Callers do not wait for the next one, but the next one still has to inform the SFU. */
export const releaseEnding: Transition = (publications) => [
  ending(publications).map(({ id }) => ({ _tag: "Released", id })),
  publications
]

export const setConnected = (epochId: number, isConnected: boolean): Transition => (publications) => {
  const others = publications.connected.filter((id) => id !== epochId)
  return noOutcomes({ ...publications, connected: isConnected ? [...others, epochId] : others })
}

/**
 * The connection of an epoch is closed. Only another epoch can have the former tracks; if there is none, no SFU has the
 * publications that are ending.
 */
export const endEpoch = (epochId: number, isCurrent: boolean): Transition => (publications) => {
  const connected = publications.connected.filter((id) => id !== epochId)
  const next = updateAll({ ...publications, connected }, (one) => {
    const { outgoing } = one
    if (outgoing === undefined) return one
    return { ...one, outgoing: outgoing.epochId === epochId ? undefined : { ...outgoing, former: undefined } }
  })
  return isCurrent ? remove(ending(next).map(({ id }) => id))(next) : noOutcomes(next)
}

// --- Views ------------------------------------------------------------------------------------------------------------

export const ending = ({ list }: Publications): ReadonlyArray<PublicationState> =>
  list.filter(({ phase }) => phase === "Ending")

/** The tracks that the SFU knows of, or knew in the last epoch. */
export const announcedTracks = ({ list }: Publications): ReadonlyArray<AnnouncedTrack> =>
  list.filter(isActive).flatMap(({ announced, isMuted }) =>
    announced === undefined ? [] : [{ ...announced, muted: isMuted }]
  )

/**
 * A packet that is sent now reaches the SFU, and the other participants know of the track. Also true for a publication that
 * has ended: its callers must not wait.
 */
export const isReady = ({ connected }: Publications, { isMuted, outgoing, phase }: PublicationState): boolean =>
  phase === "Ending"
  || phase === "Published" && outgoing !== undefined && connected.includes(outgoing.epochId)
    && !isMuted && !outgoing.isMutedAtSfu

/** A publication keeps the codec that it was announced with: its media is encoded with it. */
export const admit = ({ permissions }: Publications, { announced, codec, trackType }: PublicationState) =>
  Admission.admit({ trackType, codec: announced?.codec ?? codec }, permissions)

// --- Helpers ----------------------------------------------------------------------------------------------------------

const noOutcomes = (next: Publications): Change => [[], next]

const updateAll = (
  publications: Publications,
  update: (publication: PublicationState) => PublicationState
): Publications => ({ ...publications, list: publications.list.map(update) })

const updateOne = (
  publications: Publications,
  id: number,
  update: (publication: PublicationState) => PublicationState
): Publications => updateAll(publications, (publication) => publication.id === id ? update(publication) : publication)

/** Updates the outgoing tracks that still carry their publication. */
const updateTracks = (
  updates: ReadonlyArray<MuteUpdate>,
  update: (outgoing: OutgoingTrack, muted: boolean) => OutgoingTrack
): Transition =>
(publications) =>
  noOutcomes(updateAll(publications, (publication) => {
    const { outgoing } = publication
    const sent = updates.find(({ track }) => track === outgoing?.track)
    return outgoing === undefined || sent === undefined
      ? publication
      : { ...publication, outgoing: update(outgoing, sent.muted) }
  }))

const isActive = ({ phase }: PublicationState): boolean => phase !== "Ending"

const toEnding = (publication: PublicationState): PublicationState => ({ ...publication, phase: "Ending" })

const endWhere = (
  publications: Publications,
  matches: (publication: PublicationState) => boolean,
  outcome: (publication: PublicationState) => Outcome
): Change => {
  const matched = publications.list.filter(matches)
  return [
    matched.map(outcome),
    updateAll(publications, (one) => matched.includes(one) ? toEnding(one) : one)
  ]
}

const refused = ({ id, trackType }: PublicationState, reason: PublishError["reason"], detail = ""): Outcome => ({
  _tag: "Refused",
  id,
  error: new PublishError({ trackType, reason, detail })
})

const stopped = ({ id, trackType }: PublicationState, reason: PublicationStoppedError["reason"]): Outcome => ({
  _tag: "Stopped",
  id,
  error: new PublicationStoppedError({ trackType, reason })
})
