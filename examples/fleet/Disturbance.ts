/**
 * What happens to a runner, and how long its calls had no agent, or two.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Call, Runner } from "./Fleet.ts"

export interface Effects {
  readonly runner: string
  /** The calls that it owned. */
  readonly calls: ReadonlyArray<string>
  /** Of each call, in milliseconds. */
  readonly without: ReadonlyArray<number>
  readonly twice: ReadonlyArray<number>
}

export interface Disturbance {
  readonly name: string
  readonly begin: (runner: Runner) => Effect.Effect<void>
  /** Once others have taken its calls over. */
  readonly end: (runner: Runner) => Effect.Effect<void>
  /** Whether the runner does not run until `end`: then it is in no call, whatever the SFU still knows. */
  readonly isPaused: boolean
  /** Whether another process replaces the runner. */
  readonly isFinal: boolean
}

export const disturbances: ReadonlyArray<Disturbance> = [
  {
    name: "killed (SIGKILL)",
    begin: ({ signal }) => signal("SIGKILL"),
    end: ({ ended }) => ended,
    isPaused: false,
    isFinal: true
  },
  {
    name: "stopped (SIGTERM)",
    begin: ({ signal }) => signal("SIGTERM"),
    end: ({ ended }) => ended,
    isPaused: false,
    isFinal: true
  },
  {
    name: "paused (SIGSTOP), and continued",
    begin: ({ signal }) => signal("SIGSTOP"),
    end: ({ signal }) => signal("SIGCONT"),
    isPaused: true,
    isFinal: false
  },
  {
    name: "cut from the database, and back",
    begin: ({ wire }) => wire.cut,
    end: ({ wire }) => wire.mend,
    isPaused: false,
    isFinal: false
  }
]

/** Returns when each call has one agent again. */
export const apply = Effect.fnUntraced(function*(
  disturbance: Disturbance,
  runner: Runner,
  owned: ReadonlyArray<Call>
): Effect.fn.Return<Effects> {
  const before = owned.map(({ presence }) => presence.present()[0])
  const beginsAt = yield* Clock.currentTimeMillis
  yield* disturbance.begin(runner)
  // A runner that is cut off or paused may be in the call beside its successor.
  yield* Effect.forEach(
    owned,
    ({ presence }, n) => presence.waitUntil(() => presence.present().some((stay) => stay !== before[n]))
  )
  const endsAt = yield* Clock.currentTimeMillis
  yield* disturbance.end(runner)
  yield* Effect.forEach(
    owned,
    ({ presence }, n) =>
      presence.waitUntil(() => presence.present().length === 1 && presence.present()[0] !== before[n])
  )
  const successors = owned.map(({ presence }, n) =>
    presence.stays.find((stay) => stay !== before[n] && stay.from >= beginsAt)
  )
  return {
    runner: runner.address,
    calls: owned.map(({ id }) => id),
    without: before.map((stay, n) => {
      const leavesAt = disturbance.isPaused ? beginsAt : stay?.until ?? beginsAt
      return Math.max(0, (successors[n]?.from ?? Infinity) - leavesAt)
    }),
    twice: before.map((stay, n) => {
      const from = successors[n]?.from ?? 0
      const runsAgainAt = disturbance.isPaused ? Math.max(from, endsAt) : from
      return Math.max(0, (stay?.until ?? Infinity) - runsAgainAt)
    })
  }
})
