/**
 * What is not known about the production SFU, as choices: a client has to survive each of them.
 *
 * @since 0.1.0
 */
import type { Grants } from "effect-track-resolver"
import type { TrackType } from "effect-track-resolver"
import * as Duration from "effect/Duration"

/**
 * Can be changed while the SFU runs.
 *
 * @category models
 * @since 0.1.0
 */
export interface SettingsOptions {
  /** When others are told of a new track. Default `updateMuteStates`. */
  readonly announce?: "updateMuteStates" | "firstMedia" | undefined
  /** Whether `track_published` and `track_unpublished` carry the participant. Default true. */
  readonly participantInTrackEvents?: boolean | undefined
  /** Whether a leave is preceded by a `track_unpublished` for each track. Default true. */
  readonly unpublishOnLeave?: boolean | undefined
  /** Whether everyone who can receive gets every microphone without asking. Default false. */
  readonly implicitAudio?: boolean | undefined
  /** What becomes of an m-line that nobody wants any more. Default `inactive`. */
  readonly retiredSection?: "inactive" | "stays" | "stopped" | undefined
  /**
   * Whether an m-line is used again for another participant: only once it has been negotiated as inactive, or directly,
   * with nothing in between. Default `afterInactive`.
   */
  readonly reuseSection?: "never" | "afterInactive" | "live" | undefined
  /** Whether a reused m-line has a new SSRC. Default `same`. */
  readonly reuseSsrc?: "same" | "new" | undefined
  /** The direction of an m-line that sends. The production SFU offers `sendrecv`. Default `sendonly`. */
  readonly sectionDirection?: "sendonly" | "sendrecv" | undefined
  /** Whether the candidates of an offer come after it, in `ice_trickle` events. Default false. */
  readonly trickle?: boolean | undefined
  /** How long a session is kept whose socket is gone without a leave. Default 10 seconds. */
  readonly reconnectDeadline?: Duration.Input | undefined
  /**
   * When a session leaves that somebody rejoins instead of: before the new one comes, right after it, or at its own
   * deadline, unless it leaves by itself before. Default `staysForDeadline`.
   */
  readonly previousSession?: "leavesFirst" | "leavesAfter" | "staysForDeadline" | undefined
  /**
   * On which socket a client hears that its migration is complete. Without an old socket, `oldSocket` is the new one.
   * Default `oldSocket`.
   */
  readonly migrationComplete?: "oldSocket" | "newSocket" | "never" | undefined
  /**
   * When a migration is complete: once the client has answered on the new connection for all that it receives, or at
   * once. Default `onceAnswered`.
   */
  readonly migrationCompletes?: "onceAnswered" | "atOnce" | undefined
  /**
   * How far a prefix goes: one for a session, wherever it migrates; one for all sessions of a user, who cannot be told
   * apart by it; or one for a session on one SFU, so that it changes with a migration. Default `perSession`.
   */
  readonly prefix?: "perSession" | "perUser" | "perNode" | undefined
  /** How many others a join response lists at the most, as in large calls. Default: all. */
  readonly joinListLimit?: number | undefined
  /** What a user who joins from now on may publish. Default: everything. */
  readonly grants?: Grants | undefined
  /** What may be published, and in which codec. Default: every type, in Opus and VP8. */
  readonly publishOptions?: ReadonlyArray<PublishOption> | undefined
}

/**
 * A type that may be published.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublishOption {
  readonly trackType: TrackType
  readonly codec: "opus" | "vp8" | "vp9"
}

/** With every choice made. The deadline in milliseconds. */
export interface Settings {
  readonly announce: "updateMuteStates" | "firstMedia"
  readonly participantInTrackEvents: boolean
  readonly unpublishOnLeave: boolean
  readonly implicitAudio: boolean
  readonly retiredSection: "inactive" | "stays" | "stopped"
  readonly reuseSection: "never" | "afterInactive" | "live"
  readonly reuseSsrc: "same" | "new"
  readonly sectionDirection: "sendonly" | "sendrecv"
  readonly trickle: boolean
  readonly reconnectDeadline: number
  readonly previousSession: "leavesFirst" | "leavesAfter" | "staysForDeadline"
  readonly migrationComplete: "oldSocket" | "newSocket" | "never"
  readonly migrationCompletes: "onceAnswered" | "atOnce"
  readonly prefix: "perSession" | "perUser" | "perNode"
  readonly joinListLimit: number
  readonly grants: Grants
  readonly publishOptions: ReadonlyArray<PublishOption>
}

export const defaults: Settings = {
  announce: "updateMuteStates",
  participantInTrackEvents: true,
  unpublishOnLeave: true,
  implicitAudio: false,
  retiredSection: "inactive",
  reuseSection: "afterInactive",
  reuseSsrc: "same",
  sectionDirection: "sendonly",
  trickle: false,
  reconnectDeadline: 10_000,
  previousSession: "staysForDeadline",
  migrationComplete: "oldSocket",
  migrationCompletes: "onceAnswered",
  prefix: "perSession",
  joinListLimit: Infinity,
  grants: { audio: true, video: true, screenShare: true },
  publishOptions: [
    { trackType: "Audio", codec: "opus" },
    { trackType: "Video", codec: "vp8" },
    { trackType: "ScreenShare", codec: "vp8" },
    { trackType: "ScreenShareAudio", codec: "opus" }
  ]
}

/** What is left out stays. */
export const change = (settings: Settings, options: SettingsOptions): Settings => ({
  announce: options.announce ?? settings.announce,
  participantInTrackEvents: options.participantInTrackEvents ?? settings.participantInTrackEvents,
  unpublishOnLeave: options.unpublishOnLeave ?? settings.unpublishOnLeave,
  implicitAudio: options.implicitAudio ?? settings.implicitAudio,
  retiredSection: options.retiredSection ?? settings.retiredSection,
  reuseSection: options.reuseSection ?? settings.reuseSection,
  reuseSsrc: options.reuseSsrc ?? settings.reuseSsrc,
  sectionDirection: options.sectionDirection ?? settings.sectionDirection,
  trickle: options.trickle ?? settings.trickle,
  reconnectDeadline: options.reconnectDeadline === undefined
    ? settings.reconnectDeadline
    : Duration.toMillis(options.reconnectDeadline),
  previousSession: options.previousSession ?? settings.previousSession,
  migrationComplete: options.migrationComplete ?? settings.migrationComplete,
  migrationCompletes: options.migrationCompletes ?? settings.migrationCompletes,
  prefix: options.prefix ?? settings.prefix,
  joinListLimit: options.joinListLimit ?? settings.joinListLimit,
  grants: options.grants ?? settings.grants,
  publishOptions: options.publishOptions ?? settings.publishOptions
})
