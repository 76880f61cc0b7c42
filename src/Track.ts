/**
 * The vocabulary of the library: participants, tracks, keys, and the evidence that pairs a track with a key.
 *
 * Data types, and their form in logs and messages.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as PeerText from "./internal/PeerText.ts"

/**
 * Identifies one remote track. The caller of `register` makes it: a new id for each connection, m-line and owner, never
 * used twice. It is not the `id` of a WebRTC `MediaStreamTrack`, which stays the same when the m-line gets another owner.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type TrackId = string

/**
 * The media kind of a track, as in SDP's `m=` line (RFC 8866, section 5.14) and WebRTC's `MediaStreamTrack.kind`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const TrackKind = Schema.Literals(["audio", "video"])

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type TrackKind = typeof TrackKind.Type

/**
 * What a participant publishes: at most one track of each type at a time.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const TrackType = Schema.Literals(["Audio", "Video", "ScreenShare", "ScreenShareAudio"])

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type TrackType = typeof TrackType.Type

const kinds: { readonly [type in TrackType]: TrackKind } = {
  Audio: "audio",
  Video: "video",
  ScreenShare: "video",
  ScreenShareAudio: "audio"
}

/**
 * The media kind that carries a track type.
 *
 * @stability stable
 * @category getters
 * @since 0.1.0
 */
export const kindOf = (type: TrackType): TrackKind => kinds[type]

const Identifier = Schema.NonEmptyString

/**
 * One session of one user. A user on two devices is two participants, and so is a user who rejoins with a new session
 * after a lost connection.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const Participant = Schema.Struct({ userId: Identifier, sessionId: Identifier })

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Participant {
  readonly userId: string
  readonly sessionId: string
}

/**
 * Identifies a publication: the participant and the type of the track.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const TrackKey = Schema.Struct({ userId: Identifier, sessionId: Identifier, trackType: TrackType })

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface TrackKey extends Participant {
  readonly trackType: TrackType
}

/**
 * A remote track as WebRTC reports it. The kind is always known. The participant and the type are known only if the
 * signalling carries them: in an msid (RFC 8830), an m-line's mid (RFC 5888) or a header extension (RFC 8285).
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const IncomingTrack = Schema.Struct({
  trackId: Identifier,
  kind: TrackKind,
  participant: Schema.optional(Participant),
  trackType: Schema.optional(TrackType)
}).check(
  Schema.makeFilter((track) =>
    track.trackType === undefined || kindOf(track.trackType) === track.kind
    || `a ${track.trackType} track is ${kindOf(track.trackType)}, not ${track.kind}`
  )
)

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface IncomingTrack {
  readonly trackId: TrackId
  readonly kind: TrackKind
  /** The owner, if known. */
  readonly participant?: Participant | undefined
  /** The type, if known. */
  readonly trackType?: TrackType | undefined
}

/**
 * Why a track was bound to a key, best first.
 *
 * - `Exact`: the track names the participant and the type.
 * - `Kind`: the track names the participant and no type, and no other track or waiting key fits.
 * - `Inherited`: the track was bound to another session of the same user.
 * - `Anonymous`: the track names no participant, and no other track or waiting key fits.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const Evidence = Schema.Literals(["Exact", "Kind", "Inherited", "Anonymous"])

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Evidence = typeof Evidence.Type

/**
 * The track of a key, and how the two were paired. Times are milliseconds of the `Clock`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Binding {
  readonly key: TrackKey
  readonly trackId: TrackId
  readonly evidence: Evidence
  /** When the track was first registered. */
  readonly registeredAt: number
  /** When the key was first resolved. */
  readonly requestedAt: number
  /** When the two were paired. */
  readonly resolvedAt: number
  /** False from an unpublish until the next resolve. */
  readonly published: boolean
}

/**
 * What ended a binding.
 *
 * - `Superseded`: a newer track of the same key replaced it.
 * - `Migrated`: another session of the same user inherited the track.
 * - `Contradicted`: the track now names another participant or type.
 * - `Retired`: the track ended, or its m-line has a new owner.
 * - `Left`: the participant left.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type UnboundReason = "Superseded" | "Migrated" | "Contradicted" | "Retired" | "Left"

/**
 * A binding started or ended. An `Unbound` comes before the `Bound` that replaces it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type BindingChange =
  | { readonly _tag: "Bound"; readonly binding: Binding }
  | { readonly _tag: "Unbound"; readonly key: TrackKey; readonly trackId: TrackId; readonly why: UnboundReason }

/**
 * Why a track that came near a key was not bound to it.
 *
 * - `NotTheOnlyTrack`: another pending track fits the key by the same evidence.
 * - `NotTheOnlyKey`: the track fits another waiting key as well.
 * - `Outranked`: a track with better evidence fits the key, even if that track cannot be bound.
 * - `LeftUnique`: the track became the only one because of a departure, which is no evidence that it belongs to the key.
 * - `AnotherType`: the track names this participant and another type of the same kind.
 * - `AnotherSession`: the track is bound to another session of the same user and cannot be inherited. Not reported under
 *   `sessionMigration: "never"`.
 * - `Disabled`: the track names no participant, and the resolver binds no anonymous tracks.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const RejectionReason = Schema.Literals([
  "NotTheOnlyTrack",
  "NotTheOnlyKey",
  "Outranked",
  "LeftUnique",
  "AnotherType",
  "AnotherSession",
  "Disabled"
])

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type RejectionReason = typeof RejectionReason.Type

/**
 * A track that came near a key whose resolve timed out, and why it was not bound.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const RejectedTrack = Schema.Struct({ trackId: Identifier, why: RejectionReason })

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RejectedTrack {
  readonly trackId: TrackId
  readonly why: RejectionReason
}

/** Peers choose the ids. */
const longestId = 64

/**
 * An id for logs and messages, cut to 64 characters. Control characters, line separators and characters that change the
 * writing direction are escaped, as `\u{1b}`: an id can neither forge a line of a log nor command a terminal.
 *
 * @stability stable
 * @category formatting
 * @since 0.1.0
 */
export const formatId = (id: string): string => PeerText.quote(id, longestId)

/**
 * A track id for logs and messages: `formatId` of it.
 *
 * @stability stable
 * @category formatting
 * @since 0.1.0
 */
export const formatTrackId = (trackId: TrackId): string => formatId(trackId)

/**
 * A participant for logs and messages: `alice/a1`, `formatId` of each id.
 *
 * @stability stable
 * @category formatting
 * @since 0.1.0
 */
export const formatParticipant = ({ sessionId, userId }: Participant): string =>
  `${formatId(userId)}/${formatId(sessionId)}`

/**
 * A track key for logs and messages: `alice/a1 Video`, `formatId` of each id.
 *
 * @stability stable
 * @category formatting
 * @since 0.1.0
 */
export const formatTrackKey = (key: TrackKey): string => `${formatParticipant(key)} ${key.trackType}`
