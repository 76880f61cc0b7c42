/**
 * The actions of a simulated call as plain data: which session does what, when, and with which faults.
 *
 * An action carries its own faults, so a smaller call without one action leaves the other actions as they are.
 */
import type { ConnectionQuality, ParticipantProfile } from "../../edge/SfuClient.ts"
import type { Participant, TrackType } from "../../Track.ts"

/**
 * What a session does. An action that is impossible in the state of the call is a no-op, such as a second `Leave`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Action =
  /** After a `Leave`, the same session returns, with the same stream id prefix. */
  | { readonly _tag: "Join"; readonly profile?: ParticipantProfile | undefined }
  /** Replaces these fields of the profile. */
  | { readonly _tag: "Update"; readonly profile: ParticipantProfile }
  | { readonly _tag: "Leave" }
  /** Moves to another SFU: the SFU reports the same session again, with another stream id prefix. */
  | { readonly _tag: "Migrate" }
  /** `Mute` ends the publication, as `Unpublish` does, and keeps its media section. */
  | { readonly _tag: "Publish" | "Mute"; readonly trackType: TrackType }
  | {
    readonly _tag: "Unpublish"
    readonly trackType: TrackType
    /** Absent: the participant ends it. */
    readonly cause?: "PermissionRevoked" | "Moderation" | undefined
  }
  /** Speaks from now on, with a level from 0 to 1. */
  | { readonly _tag: "Speak"; readonly level: number }
  | { readonly _tag: "FallSilent" }
  /** Is the dominant speaker, until another session is, or it leaves. */
  | { readonly _tag: "Dominate" }
  | { readonly _tag: "ChangeQuality"; readonly quality: ConnectionQuality }
  /**
   * The SFU pauses the publication because of the agent's bandwidth, or resumes it. A no-op as long as no message has named the
   * participant. The end of the publication ends the pause.
   */
  | { readonly _tag: "Pause" | "Resume"; readonly trackType: TrackType }

/**
 * The faults of one action. Absent: no fault. Times are in milliseconds.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ActionFaults {
  /** From the action to its signalling message. */
  readonly signallingDelay?: number | undefined
  /** From the action to the offer, which contains the media sections of that later moment. */
  readonly offerDelay?: number | undefined
  /** The time to apply the offer, and again the time to deliver its answer. */
  readonly negotiationDelay?: number | undefined
  /** How many more times each message and each offer is sent. */
  readonly copies?: number | undefined
  /** The track event contains neither the participant nor the user id. */
  readonly isAnonymous?: boolean | undefined
  /**
   * Of `Publish`: no `TrackPublished` is sent, unless a track event of this type was sent before. Of `Leave`: only
   * `ParticipantLeft` is sent, and no `TrackUnpublished`.
   */
  readonly isDropped?: boolean | undefined
  /** Of `Join`: the join response does not list the session, and no `ParticipantJoined` is sent. */
  readonly isUnannounced?: boolean | undefined
  /** Of a track event: its participant lists the tracks that have ended, and none that is published. */
  readonly isStale?: boolean | undefined
  /**
   * Of `Join` and `Migrate`: when the stream id prefix is sent, after the message that does not contain it. Of a track
   * event: either value leaves the prefix out.
   */
  readonly prefix?: number | "never" | undefined
  readonly hasNoMsid?: boolean | undefined
  /** The media section stays in the offers after its publication has ended. A mute always keeps it. */
  readonly keepsMediaSection?: boolean | undefined
  /** The media section sends packets as long as it stays. */
  readonly keepsSending?: boolean | undefined
}

/**
 * An action at a time.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ScriptedAction extends Participant {
  /** In milliseconds after the agent joined. Negative: before it joined, and the join response reports the result. */
  readonly at: number
  readonly action: Action
  readonly faults?: ActionFaults | undefined
}

const verbs: { readonly [tag in Action["_tag"]]: string } = {
  Join: "joins",
  Leave: "leaves",
  Migrate: "migrates",
  Publish: "publishes",
  Unpublish: "unpublishes",
  Mute: "mutes",
  Update: "updates",
  Speak: "speaks",
  FallSilent: "falls silent",
  Dominate: "is the dominant speaker",
  ChangeQuality: "changes its quality",
  Pause: "is paused:",
  Resume: "is resumed:"
}

/** One line for people: `   450 ms  alice-1 publishes Audio (signalled 20 ms later, no msid)`. */
export const format = ({ action, at, faults = {}, sessionId }: ScriptedAction): string => {
  const isTrackAction = "trackType" in action
  const formatted = formatFaults(faults, isTrackAction).join(", ")
  const time = at < 0 ? "initially" : `${at} ms`
  return `${time.padStart(9)}  ${sessionId} ${verbs[action._tag]}${detailOf(action)}${
    formatted === "" ? "" : ` (${formatted})`
  }`
}

const detailOf = (action: Action): string => {
  switch (action._tag) {
    case "Unpublish":
      return ` ${action.trackType}${action.cause === undefined ? "" : `, ${action.cause}`}`
    case "Publish":
    case "Mute":
    case "Pause":
    case "Resume":
      return ` ${action.trackType}`
    case "Speak":
      return ` at level ${action.level}`
    case "ChangeQuality":
      return ` to ${action.quality}`
    case "Update":
      return ` ${JSON.stringify(action.profile)}`
    case "Join":
      return action.profile?.name === undefined ? "" : ` as ${action.profile.name}`
    default:
      return ""
  }
}

const formatFaults = (faults: ActionFaults, isTrackAction: boolean): ReadonlyArray<string> => {
  const { copies, negotiationDelay, offerDelay, prefix, signallingDelay } = faults
  return [
    signallingDelay !== undefined && `signalled ${signallingDelay} ms later`,
    copies !== undefined && `sent ${copies + 1} times`,
    faults.isDropped && "track event dropped",
    faults.isUnannounced && "join not reported",
    faults.isStale && "stale list of tracks",
    faults.isAnonymous && "track event without participant",
    prefix !== undefined &&
    (prefix === "never" || isTrackAction ? "without stream id prefix" : `stream id prefix ${prefix} ms later`),
    offerDelay !== undefined && `offered ${offerDelay} ms later`,
    negotiationDelay !== undefined && `negotiated in 2 x ${negotiationDelay} ms`,
    faults.hasNoMsid && "no msid",
    faults.keepsMediaSection && "media section stays",
    faults.keepsSending && "media section sends"
  ].filter((part) => typeof part === "string")
}
