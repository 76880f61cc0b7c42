/**
 * The state of a correlation: where each track is, which keys wait, what each key is bound to, and the indexes that answer
 * the questions of `Matching` without a scan. Immutable and persistent; a `Draft` edits it.
 *
 * Fields named `...Order` are positions in one sequence that counts registrations, bindings, leaves and unpublishes.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Binding, Evidence, IncomingTrack, Participant, TrackId, TrackKey, TrackKind } from "../../Track.ts"
import { kindOf, TrackType } from "../../Track.ts"
import * as OrderedMap from "./OrderedMap.ts"
import type { Policy } from "./Protocol.ts"

// --- Tracks -----------------------------------------------------------------------------------------------------------

/** A track with the evidence of all its registrations. `registeredAt` is in milliseconds. */
export interface TrackRecord extends IncomingTrack {
  /** Of its first registration. */
  readonly order: number
  readonly registeredAt: number
}

/** The track is registered and not bound. */
export interface Pending {
  readonly _tag: "Pending"
  readonly track: TrackRecord
  /** When it became pending. */
  readonly pendingOrder: number
  /** Milliseconds. */
  readonly expiresAt: number
}

/** The track is bound to this key. Its record is in the key's `KeyBinding`. */
export interface Bound {
  readonly _tag: "Bound"
  readonly key: TrackKey
}

/** The track was bound to a key of a participant who left. Another session of the user may inherit it (law 8). */
export interface Inheritable {
  readonly _tag: "Inheritable"
  readonly track: TrackRecord
  readonly key: TrackKey
  readonly bindingOrder: number
  readonly leaveOrder: number
  /** Milliseconds. */
  readonly expiresAt: number
}

export type TrackLocation = Pending | Bound | Inheritable

// --- Keys and participants --------------------------------------------------------------------------------------------

/** The resolves of one key that were called and have not ended. */
export interface InFlight {
  /** Identifies these resolves, and orders the waiting keys. An unpublish or a leave ends a generation. */
  readonly generation: number
  /** Of the first call. Milliseconds. */
  readonly requestedAt: number
  readonly callers: number
  /** Whether one of the callers holds the permit of the key and waits. The others queue for the permit. */
  readonly hasHolder: boolean
}

/** The track that a key is bound to. Times are in milliseconds. */
export interface KeyBinding {
  readonly track: TrackRecord
  readonly evidence: Evidence
  readonly bindingOrder: number
  readonly requestedAt: number
  readonly resolvedAt: number
  /** Undefined while the publication is up. */
  readonly unpublishOrder: number | undefined
}

export interface KeyState {
  readonly inFlight: InFlight | undefined
  readonly binding: KeyBinding | undefined
  /** Pending tracks that name this key. */
  readonly exact: OrderedMap.OrderedMap<TrackRecord>
}

export interface ParticipantState {
  readonly participant: Participant
  readonly keys: { readonly [type in TrackType]: KeyState }
  /** Pending tracks that name the participant and no type. */
  readonly kindOnly: { readonly [kind in TrackKind]: OrderedMap.OrderedMap<TrackRecord> }
}

/** The sessions of one user, for one track type. Empty under `sessionMigration: "never"`. */
export interface Sessions {
  /** Bound keys by the order of their bindings. */
  readonly live: OrderedMap.OrderedMap<TrackKey>
  /** Inheritable tracks by the order of their bindings. */
  readonly left: OrderedMap.OrderedMap<Inheritable>
  /** Waiting keys by generation. */
  readonly waiting: OrderedMap.OrderedMap<TrackKey>
}

// --- State ------------------------------------------------------------------------------------------------------------

export interface State {
  readonly policy: Policy
  readonly tracks: HashMap.HashMap<TrackId, TrackLocation>
  readonly participants: HashMap.HashMap<string, ParticipantState>
  readonly sessions: HashMap.HashMap<string, Sessions>
  /** Pending tracks without a participant: typed ones under their type, the others under their kind. */
  readonly anonymous: { readonly [pool in TrackType | TrackKind]: OrderedMap.OrderedMap<TrackRecord> }
  /** Waiting keys by generation. */
  readonly waiting: { readonly [type in TrackType]: OrderedMap.OrderedMap<TrackKey> }
  /** The longest pending first. */
  readonly pending: OrderedMap.OrderedMap<Pending>
  /** The longest left first. */
  readonly inheritable: OrderedMap.OrderedMap<Inheritable>
  readonly boundCount: number
  /** The last number that was given out as an order or a generation. */
  readonly sequence: number
}

export const empty = (policy: Policy): State => ({
  policy,
  tracks: HashMap.empty(),
  participants: HashMap.empty(),
  sessions: HashMap.empty(),
  anonymous: {
    audio: undefined,
    video: undefined,
    Audio: undefined,
    Video: undefined,
    ScreenShare: undefined,
    ScreenShareAudio: undefined
  },
  waiting: { Audio: undefined, Video: undefined, ScreenShare: undefined, ScreenShareAudio: undefined },
  pending: undefined,
  inheritable: undefined,
  boundCount: 0,
  sequence: 0
})

const emptyKey: KeyState = { inFlight: undefined, binding: undefined, exact: undefined }

export const emptyParticipant = ({ sessionId, userId }: Participant): ParticipantState => ({
  participant: { userId, sessionId },
  keys: { Audio: emptyKey, Video: emptyKey, ScreenShare: emptyKey, ScreenShareAudio: emptyKey },
  kindOnly: { audio: undefined, video: undefined }
})

export const emptySessions: Sessions = { live: undefined, left: undefined, waiting: undefined }

const isEmptyKey = ({ binding, exact, inFlight }: KeyState): boolean =>
  inFlight === undefined && binding === undefined && exact === undefined

export const isEmptyParticipant = ({ keys, kindOnly }: ParticipantState): boolean =>
  kindOnly.audio === undefined && kindOnly.video === undefined && types.every((type) => isEmptyKey(keys[type]))

export const isEmptySessions = ({ left, live, waiting }: Sessions): boolean =>
  live === undefined && left === undefined && waiting === undefined

// --- Reading ----------------------------------------------------------------------------------------------------------

export const types: ReadonlyArray<TrackType> = TrackType.literals

export const kinds: ReadonlyArray<TrackKind> = ["audio", "video"]

export const typesOf: { readonly [kind in TrackKind]: ReadonlyArray<TrackType> } = {
  audio: types.filter((type) => kindOf(type) === "audio"),
  video: types.filter((type) => kindOf(type) === "video")
}

/**
 * One string for each participant. The length keeps ("a", "bc") and ("ab", "c") apart. A string, because hashing an object
 * costs microseconds.
 */
export const participantId = ({ sessionId, userId }: Participant): string => `${userId.length}:${userId}${sessionId}`

export const isSession = (a: Participant, b: Participant): boolean =>
  a.userId === b.userId && a.sessionId === b.sessionId

export const isKey = (a: TrackKey, b: TrackKey): boolean => isSession(a, b) && a.trackType === b.trackType

/** The key has callers and no track. */
export const isWaiting = ({ binding, inFlight }: KeyState): boolean => inFlight !== undefined && binding === undefined

/** The same resolves without one of their callers. */
export const withoutCaller = (inFlight: InFlight, isHolder: boolean): InFlight | undefined =>
  inFlight.callers === 1
    ? undefined
    : { ...inFlight, callers: inFlight.callers - 1, hasHolder: inFlight.hasHolder && !isHolder }

export const toBinding = (key: TrackKey, binding: KeyBinding): Binding => ({
  key,
  trackId: binding.track.trackId,
  evidence: binding.evidence,
  registeredAt: binding.track.registeredAt,
  requestedAt: binding.requestedAt,
  resolvedAt: binding.resolvedAt,
  published: binding.unpublishOrder === undefined
})

export const participantState = (self: State, participant: Participant): ParticipantState | undefined =>
  Option.getOrUndefined(HashMap.get(self.participants, participantId(participant)))

/** Every key that waits, is bound or has a pending track of its own. */
export const keyStates = (self: State): ReadonlyArray<{ readonly key: TrackKey; readonly state: KeyState }> =>
  Array.from(HashMap.values(self.participants)).flatMap(({ keys, participant }) =>
    types
      .filter((trackType) => !isEmptyKey(keys[trackType]))
      .map((trackType) => ({ key: { ...participant, trackType }, state: keys[trackType] }))
  )

/** When the next track expires: milliseconds, or `Infinity`. */
export const nextExpiry = ({ inheritable, pending }: State): number =>
  Math.min(
    OrderedMap.first(pending)?.expiresAt ?? Infinity,
    OrderedMap.first(inheritable)?.expiresAt ?? Infinity
  )
