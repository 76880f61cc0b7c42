/**
 * The behaviours of an SFU that the protocol leaves open, as settings. A client has to work with every combination.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type { Grants, TrackType } from "effect-track-resolver"
import * as Duration from "effect/Duration"

/**
 * All settings can be changed while the SFU runs, by `Control.configure`.
 *
 * @stability experimental
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
  /** Whether each client that can receive gets every microphone without a subscription. Default true. */
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
  /**
   * When packets are sent on a new or inactive media section: once the client has answered the offer that contains its
   * publication, or as soon as that offer is made. Default `onceAnswered`.
   */
  readonly mediaStarts?: "onceAnswered" | "onceOffered" | undefined
  /** An offer without an answer is sent again after this time, at most three times. Default 5 seconds. */
  readonly offerTimeout?: Duration.Input | undefined
  /** Whether an offer contains the SSRCs of its media sections (`a=ssrc`, RFC 5576). Default true. */
  readonly ssrcLines?: boolean | undefined
  /** Whether an offer contains the header extension that names the mid of a packet (RFC 8843). Default true. */
  readonly midExtension?: boolean | undefined
  /** Whether `participant_joined` is sent. Large calls suppress it. Default true. */
  readonly joinedEvents?: boolean | undefined
  /**
   * Whether audio levels are sent, ten times a second while anybody is heard, and the dominant speaker. Default true.
   */
  readonly audioLevels?: boolean | undefined
  /** The lifetime of an SFU token from the coordinator, in whole seconds. Default one hour. */
  readonly tokenTimeToLive?: Duration.Input | undefined
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
  /** Who may moderate through the coordinator, by user id, and what. Default: nobody. */
  readonly moderators?: { readonly [userId: string]: ReadonlyArray<ModerationCapability> } | undefined
  /** The track types that can be published, each with its codec. Default: every type, in Opus and VP8. */
  readonly publishOptions?: ReadonlyArray<PublishOption> | undefined
}

export const moderationCapabilities = [
  "mute-users",
  "kick-user",
  "block-users",
  "update-call-permissions",
  "end-call"
] as const

/**
 * What a moderator may do: mute, remove, block and unblock, change what a user may publish, end the call. The names are
 * those that the coordinator lists in `own_capabilities`.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type ModerationCapability = typeof moderationCapabilities[number]

/**
 * A track type that can be published.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface PublishOption {
  readonly trackType: TrackType
  readonly codec: "opus" | "vp8" | "vp9"
  /** In bits a second. Default: 64,000 for audio, 1,500,000 for video. */
  readonly bitrate?: number | undefined
  /** In frames a second. Default 30; 15 for a screen share. */
  readonly fps?: number | undefined
  /** Simulcast or SVC layers. Default 3; 1 for a screen share. */
  readonly spatialLayers?: number | undefined
  /** Default 3; 1 for a screen share. */
  readonly temporalLayers?: number | undefined
  /** In pixels. Default 1280 x 720; 1920 x 1080 for a screen share. */
  readonly size?: { readonly width: number; readonly height: number } | undefined
}

/** Every codec of a publish option. Its index is part of the option's id. */
export const codecs: ReadonlyArray<PublishOption["codec"]> = ["opus", "vp8", "vp9"]

type Defined<A> = { readonly [field in keyof A]-?: Exclude<A[field], undefined> }

/** All settings, with durations in milliseconds. */
export interface Settings
  extends Omit<Defined<SettingsOptions>, "offerTimeout" | "reconnectDeadline" | "tokenTimeToLive">
{
  readonly offerTimeout: number
  readonly reconnectDeadline: number
  readonly tokenTimeToLive: number
}

const millisOf = (duration: Duration.Input | undefined, otherwise: number): number =>
  duration === undefined ? otherwise : Duration.toMillis(duration)

export const defaults: Settings = {
  announce: "updateMuteStates",
  participantInTrackEvents: true,
  unpublishOnLeave: true,
  implicitAudio: true,
  retiredSection: "inactive",
  reuseSection: "afterInactive",
  reuseSsrc: "same",
  sectionDirection: "sendonly",
  trickle: false,
  mediaStarts: "onceAnswered",
  offerTimeout: 5_000,
  ssrcLines: true,
  midExtension: true,
  joinedEvents: true,
  audioLevels: true,
  tokenTimeToLive: 3_600_000,
  reconnectDeadline: 10_000,
  previousSession: "staysForDeadline",
  migrationComplete: "oldSocket",
  migrationCompletes: "onceAnswered",
  prefix: "perSession",
  joinListLimit: Infinity,
  grants: { audio: true, video: true, screenShare: true },
  moderators: {},
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
  mediaStarts: options.mediaStarts ?? settings.mediaStarts,
  offerTimeout: millisOf(options.offerTimeout, settings.offerTimeout),
  ssrcLines: options.ssrcLines ?? settings.ssrcLines,
  midExtension: options.midExtension ?? settings.midExtension,
  joinedEvents: options.joinedEvents ?? settings.joinedEvents,
  audioLevels: options.audioLevels ?? settings.audioLevels,
  tokenTimeToLive: millisOf(options.tokenTimeToLive, settings.tokenTimeToLive),
  reconnectDeadline: millisOf(options.reconnectDeadline, settings.reconnectDeadline),
  previousSession: options.previousSession ?? settings.previousSession,
  migrationComplete: options.migrationComplete ?? settings.migrationComplete,
  migrationCompletes: options.migrationCompletes ?? settings.migrationCompletes,
  prefix: options.prefix ?? settings.prefix,
  joinListLimit: options.joinListLimit ?? settings.joinListLimit,
  grants: options.grants ?? settings.grants,
  moderators: options.moderators ?? settings.moderators,
  publishOptions: options.publishOptions ?? settings.publishOptions
})
