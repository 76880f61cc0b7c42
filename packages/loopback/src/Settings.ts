/**
 * The behaviours of an SFU that the protocol leaves open, as settings. A client has to work with every combination.
 *
 * @since 0.1.0
 */
import type { Grants, TrackType } from "effect-track-resolver"
import * as Duration from "effect/Duration"

/**
 * All settings can be changed while the SFU runs, by `Control.configure`.
 *
 * @category models
 * @since 0.1.0
 */
export interface SettingsOptions {
  /** When a new track is announced: at its first unmute, or at its first packet after that. Default `updateMuteStates`. */
  readonly announce?: "updateMuteStates" | "firstMedia" | undefined
  /** Whether `track_published` and `track_unpublished` contain the participant. Default true. */
  readonly participantInTrackEvents?: boolean | undefined
  /** Whether a leave sends `track_unpublished` for each track before `participant_left`. Default true. */
  readonly unpublishOnLeave?: boolean | undefined
  /** Whether each client that can receive gets every microphone without a subscription. Default false. */
  readonly implicitAudio?: boolean | undefined
  /** What happens to a media section that no subscription needs. Default `inactive`. */
  readonly retiredSection?: "inactive" | "stays" | "stopped" | undefined
  /**
   * When a media section is assigned to another publication: never, after it has been negotiated as inactive, or directly
   * in one offer. Default `afterInactive`.
   */
  readonly reuseSection?: "never" | "afterInactive" | "live" | undefined
  /** Whether a reused media section gets a new SSRC. Default `same`. */
  readonly reuseSsrc?: "same" | "new" | undefined
  /** The direction of a media section that sends. The production SFU offers `sendrecv`. Default `sendonly`. */
  readonly sectionDirection?: "sendonly" | "sendrecv" | undefined
  /** Whether the candidates follow an offer in `ice_trickle` events. Default false: the offer contains them. */
  readonly trickle?: boolean | undefined
  /** How long a session is kept after its socket was lost. Default 10 seconds. */
  readonly reconnectDeadline?: Duration.Input | undefined
  /**
   * When the previous session of a REJOIN leaves: before the new session joins, right after that, or at its own reconnect
   * deadline. Default `staysForDeadline`.
   */
  readonly previousSession?: "leavesFirst" | "leavesAfter" | "staysForDeadline" | undefined
  /**
   * The socket that `participant_migration_complete` is sent on. If the old socket is lost, `oldSocket` means the new one.
   * Default `oldSocket`.
   */
  readonly migrationComplete?: "oldSocket" | "newSocket" | "never" | undefined
  /**
   * When a migration is complete: once the client has answered for all its subscriptions on the new connection, or at
   * once. Default `onceAnswered`.
   */
  readonly migrationCompletes?: "onceAnswered" | "atOnce" | undefined
  /**
   * The scope of one `track_lookup_prefix`: a session on all SFUs, all sessions of a user, or a session on one SFU.
   * With `perNode` a migration changes the prefix. Default `perSession`.
   */
  readonly prefix?: "perSession" | "perUser" | "perNode" | undefined
  /** The maximum number of other participants in a join response. Default: no maximum. */
  readonly joinListLimit?: number | undefined
  /** What a user who joins from now on may publish. Default: everything. */
  readonly grants?: Grants | undefined
  /** The track types that can be published, each with its codec. Default: every type, in Opus and VP8. */
  readonly publishOptions?: ReadonlyArray<PublishOption> | undefined
}

/**
 * A track type that can be published.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublishOption {
  readonly trackType: TrackType
  readonly codec: "opus" | "vp8" | "vp9"
}

type Defined<A> = { readonly [field in keyof A]-?: Exclude<A[field], undefined> }

/** All settings, with `reconnectDeadline` in milliseconds. */
export interface Settings extends Omit<Defined<SettingsOptions>, "reconnectDeadline"> {
  readonly reconnectDeadline: number
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

/** A setting that `options` leaves out keeps its value. */
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
