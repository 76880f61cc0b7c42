/**
 * How to come back to a call that was lost, and when to give up. Pure: knows no connection, no
 * clock and no fiber.
 *
 * The ways are those of the SFU's protocol: another socket for the same session (`Fast`), another session (`Rejoin`),
 * another SFU (`Migrate`). One that fails leads to the next: a rejoin is what always can be tried.
 */
import type { SfuEvent } from "../SfuClient.ts"

export type Strategy = "Fast" | "Rejoin" | "Migrate"

/** What there was since we were last joined, and before. */
export interface History {
  /** Attempts since we were last joined, all of which failed. */
  readonly failures: number
  /** Times in a row that we were joined and lost at once. */
  readonly restless: number
  /** Until when the SFU keeps the session; in milliseconds, as all of these. */
  readonly keptUntil: number
  /** When there was a rejoin or a migration. */
  readonly renewals: ReadonlyArray<number>
  /** Connections in a row on which nothing ever came. */
  readonly fruitless: number
}

export interface Limits {
  /** Rejoins and migrations within `window`. */
  readonly renewals: number
}

export const window = 120_000

/** So many attempts may fail to get the same session back. */
const mostFastAttempts = 3

/** So many connections in a row may never connect. */
const mostFruitless = 2

export type Decision =
  | { readonly _tag: "Try"; readonly strategy: Strategy }
  | { readonly _tag: "GiveUp"; readonly reason: "TooManyAttempts" | "NeverConnected" }

/**
 * What is to be tried next, at `now`, of what was asked for: at first that, if it can be. `isHealthy` is what the connections
 * are by then, as far as we know. A socket that is lost as soon as it is there is as good as none.
 */
export const decide = (
  asked: Strategy,
  isHealthy: boolean,
  { failures, fruitless, keptUntil, renewals, restless }: History,
  limits: Limits,
  now: number
): Decision => {
  const isKept = (isHealthy || failures === 0) && now < keptUntil && failures + restless < mostFastAttempts
  const strategy = asked === "Fast"
    ? (isKept ? "Fast" : "Rejoin")
    : asked === "Migrate" && failures > 0
    ? "Rejoin"
    : asked
  if (strategy === "Fast") return { _tag: "Try", strategy }
  if (fruitless >= mostFruitless) return { _tag: "GiveUp", reason: "NeverConnected" }
  return renewals.filter((at) => now - at < window).length < limits.renewals
    ? { _tag: "Try", strategy }
    : { _tag: "GiveUp", reason: "TooManyAttempts" }
}

/** What an event of the SFU asks of us: to come back in another way, or to go. Most ask nothing. */
export const asks = (event: SfuEvent): Strategy | "Leave" | "Disconnect" | undefined => {
  switch (event._tag) {
    case "GoAway":
      return "Migrate"
    case "Failed":
      if (event.reason === "LiveEnded") return "Leave"
      return event.reconnectStrategy === "Unspecified" ? undefined : event.reconnectStrategy
    default:
      return undefined
  }
}
