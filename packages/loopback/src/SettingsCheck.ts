/**
 * Checks the settings of an SFU and of a participant that a test passes. A wrong one is a mistake in the test. Pure.
 */
import { TrackType } from "effect-track-resolver"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { SettingsOptions } from "./Settings.ts"
import { codecs, moderationCapabilities } from "./Settings.ts"

type Choices = {
  readonly [field in keyof SettingsOptions as NonNullable<SettingsOptions[field]> extends string ? field : never]-?:
    ReadonlyArray<NonNullable<SettingsOptions[field]>>
}

const choices: Choices = {
  announce: ["updateMuteStates", "firstMedia"],
  retiredSection: ["inactive", "stays", "stopped"],
  reuseSection: ["never", "afterInactive", "live"],
  reuseSsrc: ["same", "new"],
  sectionDirection: ["sendonly", "sendrecv"],
  mediaStarts: ["onceAnswered", "onceOffered"],
  previousSession: ["leavesFirst", "leavesAfter", "staysForDeadline"],
  migrationComplete: ["oldSocket", "newSocket", "never"],
  migrationCompletes: ["onceAnswered", "atOnce"],
  prefix: ["perSession", "perUser", "perNode"]
}

const flags = [
  "participantInTrackEvents",
  "unpublishOnLeave",
  "implicitAudio",
  "trickle",
  "ssrcLines",
  "midExtension",
  "joinedEvents",
  "audioLevels"
] as const

const durations = ["offerTimeout", "tokenTimeToLive", "reconnectDeadline"] as const

/** Throws a `TypeError` that names the setting. */
export const check = (options: SettingsOptions): void => {
  if (!isObject(options)) throw wrong("options", "an object", options)
  for (const [name, allowed] of Object.entries(choices)) {
    const value = fieldOf(options, name)
    if (value !== undefined && !allowed.some((one) => one === value)) {
      throw wrong(name, `one of ${allowed.join(", ")}`, value)
    }
  }
  for (const name of flags) {
    if (options[name] !== undefined && typeof options[name] !== "boolean") throw wrong(name, "a boolean", options[name])
  }
  for (const name of durations) {
    const value = options[name]
    if (value !== undefined && !isDuration(value)) throw wrong(name, "a duration of zero or more", value)
  }
  checkOthers(options)
}

const checkOthers = ({ grants, joinListLimit, moderators, publishOptions }: SettingsOptions): void => {
  if (joinListLimit !== undefined && !(typeof joinListLimit === "number" && joinListLimit >= 0)) {
    throw wrong("joinListLimit", "a number of 0 or more", joinListLimit)
  }
  if (grants !== undefined) {
    const areFlags = isObject(grants)
      && [grants.audio, grants.video, grants.screenShare].every((grant) => typeof grant === "boolean")
    if (!areFlags) throw wrong("grants", "a boolean for audio, video and screenShare", grants)
  }
  if (moderators !== undefined) {
    const areCapabilities = isObject(moderators) &&
      Object.values(moderators).every((capabilities: unknown) =>
        Array.isArray(capabilities) && capabilities.every((one) => moderationCapabilities.some((name) => name === one))
      )
    if (!areCapabilities) throw wrong("moderators", "lists of capabilities by user id", moderators)
  }
  if (publishOptions === undefined) return
  const areOptions = Array.isArray(publishOptions) &&
    publishOptions.every((option: unknown) =>
      isObject(option) && TrackType.literals.some((type) => type === fieldOf(option, "trackType"))
      && codecs.some((codec) => codec === fieldOf(option, "codec"))
    )
  if (!areOptions) throw wrong("publishOptions", "a list of track types with a codec", publishOptions)
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

const fieldOf = (value: object, name: string): unknown => Object.entries(value).find(([field]) => field === name)?.[1]

/** Of a simulated participant. Throws a `TypeError` that names the option. */
export const checkPacketInterval = (interval: Duration.Input | undefined): void => {
  if (interval === undefined) return
  const millis = isDuration(interval) ? Duration.toMillis(interval) : 0
  if (!(millis > 0 && millis < Infinity)) throw wrong("packetInterval", "a finite duration above zero", interval)
}

/** `Duration.fromInput` reads NaN as zero. */
const isDuration = (value: Duration.Input): boolean =>
  !Number.isNaN(value) && Option.exists(Duration.fromInput(value), (duration) => !Duration.isNegative(duration))

const wrong = (setting: string, expected: string, value: unknown): TypeError =>
  new TypeError(`LoopbackSfu: ${setting} must be ${expected}, got ${JSON.stringify(value) ?? String(value)}`)
