/**
 * Settings drawn at random, for a test of a client that has to work with every combination.
 *
 * @stability experimental
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { SettingsOptions } from "./Settings.ts"

type Choices = { readonly [setting in keyof SettingsOptions]: Effect.Effect<SettingsOptions[setting]> }

const choices = {
  announce: Random.choice(["updateMuteStates", "firstMedia"] as const),
  participantInTrackEvents: Random.nextBoolean,
  unpublishOnLeave: Random.nextBoolean,
  implicitAudio: Random.nextBoolean,
  retiredSection: Random.choice(["inactive", "stays", "stopped"] as const),
  reuseSection: Random.choice(["never", "afterInactive", "live"] as const),
  reuseSsrc: Random.choice(["same", "new"] as const),
  sectionDirection: Random.choice(["sendonly", "sendrecv"] as const),
  mediaStarts: Random.choice(["onceAnswered", "onceOffered"] as const),
  trickle: Random.nextBoolean,
  previousSession: Random.choice(["leavesFirst", "leavesAfter", "staysForDeadline"] as const),
  migrationComplete: Random.choice(["oldSocket", "newSocket"] as const),
  migrationCompletes: Random.choice(["onceAnswered", "atOnce"] as const),
  prefix: Random.choice(["perSession", "perNode"] as const)
} satisfies Choices

/** An offer has to identify the packets of its sections in at least one way. */
const identification = Random.choice(
  [
    { ssrcLines: true, midExtension: true },
    { ssrcLines: true, midExtension: false },
    { ssrcLines: false, midExtension: true }
  ] as const
)

/**
 * One combination of the behaviours in which SFUs differ; `Random.withSeed` makes it repeatable. With every combination a
 * client can receive everything that is published: each migration completes, and each packet can be identified.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const randomSettings: Effect.Effect<SettingsOptions> = Effect.map(
  Effect.all([Effect.all(choices), identification]),
  ([chosen, identified]) => ({ ...chosen, ...identified })
)
