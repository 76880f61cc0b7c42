/**
 * How the SFU behaves where SFUs in the field differ, or where their behaviour is unknown.
 */
import type { SettingsOptions } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

type Choices = { readonly [setting in keyof SettingsOptions]: Effect.Effect<SettingsOptions[setting]> }

export const randomSettings: Effect.Effect<SettingsOptions> = Effect.all(
  {
    announce: Random.choice(["updateMuteStates", "firstMedia"] as const),
    participantInTrackEvents: Random.nextBoolean,
    unpublishOnLeave: Random.nextBoolean,
    implicitAudio: Random.nextBoolean,
    retiredSection: Random.choice(["inactive", "stays", "stopped"] as const),
    reuseSection: Random.choice(["never", "afterInactive", "live"] as const),
    reuseSsrc: Random.choice(["same", "new"] as const),
    sectionDirection: Random.choice(["sendonly", "sendrecv"] as const),
    trickle: Random.nextBoolean,
    previousSession: Random.choice(["leavesFirst", "leavesAfter", "staysForDeadline"] as const),
    migrationCompletes: Random.choice(["onceAnswered", "atOnce"] as const),
    prefix: Random.choice(["perSession", "perNode"] as const)
  } satisfies Choices
)
