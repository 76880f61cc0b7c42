/**
 * The words of the library: whose track, which track, and by which evidence the two were paired.
 *
 * Shapes only. Nothing here decides, waits or remembers, and nothing here imports anything of ours.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The name of one remote track, minted by whoever registers it: one for each connection, m-line and identity, and never
 * used twice. It is not the `id` of a WebRTC `MediaStreamTrack`, which survives a change of hands.
 *
 * @category models
 * @since 0.1.0
 */
export type TrackId = string

/**
 * The media kind of a track, as in SDP's `m=` line (RFC 8866, section 5.14) and WebRTC's `MediaStreamTrack.kind`.
 *
 * @category models
 * @since 0.1.0
 */
export const TrackKind = Schema.Literals(["audio", "video"])

/**
 * @category models
 * @since 0.1.0
 */
export type TrackKind = typeof TrackKind.Type

/**
 * What a participant publishes: at most one track of each type at a time.
 *
 * @category models
 * @since 0.1.0
 */
export const TrackType = Schema.Literals(["Audio", "Video", "ScreenShare", "ScreenShareAudio"])

/**
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
 * @category getters
 * @since 0.1.0
 */
export const kindOf = (type: TrackType): TrackKind => kinds[type]

const Identifier = Schema.NonEmptyString

/**
 * One session of one user. A user who sits in the call on two devices, or who comes back after a lost connection, is two
 * participants.
 *
 * @category models
 * @since 0.1.0
 */
export const Participant = Schema.Struct({ userId: Identifier, sessionId: Identifier })

/**
 * @category models
 * @since 0.1.0
 */
export interface Participant {
  readonly userId: string
  readonly sessionId: string
}

/**
 * Names a publication: whose, and which of theirs.
 *
 * @category models
 * @since 0.1.0
 */
export const TrackKey = Schema.Struct({ userId: Identifier, sessionId: Identifier, trackType: TrackType })

/**
 * @category models
 * @since 0.1.0
 */
export interface TrackKey extends Participant {
  readonly trackType: TrackType
}

/**
 * A remote track as WebRTC tells of it: its kind always, its owner and its type only when the wire carries them (an msid,
 * an m-line's mid, a header extension).
 *
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
 * @category models
 * @since 0.1.0
 */
export interface IncomingTrack {
  readonly trackId: TrackId
  readonly kind: TrackKind
  /** Whose, when the wire says. */
  readonly participant?: Participant | undefined
  /** Which, when the wire says. */
  readonly trackType?: TrackType | undefined
}

/**
 * Why a track was given to a key, best first.
 *
 * - `Exact`: the track named this participant and this type.
 * - `Kind`: it named this participant and no type, and no other track or key came into question.
 * - `Inherited`: another session of the same user had it.
 * - `Anonymous`: it named nobody, and no other track or key came into question.
 *
 * @category models
 * @since 0.1.0
 */
export const Evidence = Schema.Literals(["Exact", "Kind", "Inherited", "Anonymous"])

/**
 * @category models
 * @since 0.1.0
 */
export type Evidence = typeof Evidence.Type

/**
 * A key and the track that is its own, and how that came about. Times are milliseconds of the `Clock`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Binding {
  readonly key: TrackKey
  readonly trackId: TrackId
  readonly evidence: Evidence
  /** When WebRTC first told of the track. */
  readonly registeredAt: number
  /** When the signalling first asked for the key. */
  readonly requestedAt: number
  /** When the two were paired. */
  readonly resolvedAt: number
  /** Whether the publication stands: false from an unpublish until the next resolve. */
  readonly published: boolean
}

/**
 * What ended a binding.
 *
 * - `Superseded`: a newer track of the same key took its place.
 * - `Migrated`: another session of the same user took the track.
 * - `Contradicted`: the track now says that it is somebody else's.
 * - `Retired`: the track ended or its m-line changed hands.
 * - `Left`: the participant left.
 *
 * @category models
 * @since 0.1.0
 */
export type UnboundReason = "Superseded" | "Migrated" | "Contradicted" | "Retired" | "Left"

/**
 * One change of what is bound to what. An `Unbound` comes before the `Bound` that replaces it.
 *
 * @category models
 * @since 0.1.0
 */
export type BindingChange =
  | { readonly _tag: "Bound"; readonly binding: Binding }
  | { readonly _tag: "Unbound"; readonly key: TrackKey; readonly trackId: TrackId; readonly why: UnboundReason }

/**
 * Why a track that came near was not given to the key that asked.
 *
 * - `NotTheOnlyTrack`: another pending track of the same rank fits the key as well.
 * - `NotTheOnlyKey`: the track fits another waiting key as well.
 * - `Outranked`: tracks with better evidence fit the key, though none of them may be bound.
 * - `LeftUnique`: it became the only one because something went away, which is no evidence that it is the key's.
 * - `AnotherType`: it names this participant, and another type of the same kind.
 * - `AnotherSession`: it is bound to another session of the same user, and may not be inherited. A resolver that lets
 *   nobody inherit (`sessionMigration: "never"`) does not look there.
 * - `Disabled`: it names nobody, and the resolver pairs no anonymous tracks.
 *
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
 * @category models
 * @since 0.1.0
 */
export type RejectionReason = typeof RejectionReason.Type

/**
 * A track that came near a key that waited in vain, and why it was refused.
 *
 * @category models
 * @since 0.1.0
 */
export const RejectedTrack = Schema.Struct({ trackId: Identifier, why: RejectionReason })

/**
 * @category models
 * @since 0.1.0
 */
export interface RejectedTrack {
  readonly trackId: TrackId
  readonly why: RejectionReason
}

/** Ids come from peers: a long one is cut. */
const longestId = 64

const shorten = (id: string): string => id.length > longestId ? `${id.slice(0, longestId)}...` : id

/**
 * A track id for people to read, cut to 64 characters.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatTrackId = (trackId: TrackId): string => shorten(trackId)

/**
 * A participant for people to read: `alice/a1`, each id cut to 64 characters.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatParticipant = ({ sessionId, userId }: Participant): string =>
  `${shorten(userId)}/${shorten(sessionId)}`

/**
 * A track key for people to read: `alice/a1 Video`, each id cut to 64 characters.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatTrackKey = (key: TrackKey): string => `${formatParticipant(key)} ${key.trackType}`
