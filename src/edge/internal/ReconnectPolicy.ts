/**
 * Decides how to reconnect and when to give up, and counts attempts and losses. Pure: no connection, clock or fiber.
 *
 * The strategies are those of the SFU's protocol: another socket for the same session (`Fast`), another session
 * (`Rejoin`), another SFU (`Migrate`). A failed `Fast` or `Migrate` leads to `Rejoin`, which needs nothing of the
 * former connection.
 *
 * All times are milliseconds of the `Clock`.
 */
import type { ReconnectionError } from "../EdgeState.ts"
import type { SfuEvent } from "../SfuClient.ts"

export type Strategy = "Fast" | "Rejoin" | "Migrate"

/** Why a connection was lost, or could not be made. */
export type ConnectionError = ReconnectionError["error"]

/** The reconnections of a call so far. */
export interface History {
  /** Failed attempts since the call was last joined. */
  readonly failures: number
  /** Connections in a row that were lost within `shortLifetime`. */
  readonly shortLived: number
  /** Connections in a row whose subscriber connection never connected. */
  readonly neverConnected: number
  /** The times of the rejoins and migrations within `window`, oldest first. */
  readonly rejoinTimes: ReadonlyArray<number>
  /** The rejoins and migrations since the first join. */
  readonly attempts: number
}

export const emptyHistory: History = { failures: 0, shortLived: 0, neverConnected: 0, rejoinTimes: [], attempts: 0 }

export interface Limits {
  /** The number of rejoins and migrations that are allowed within `window`. 0: never reconnect. */
  readonly maxReconnects: number
}

export const window = 120_000

/** A connection that is lost within this time counts as a failed attempt. */
const shortLifetime = 5_000

/** After this number of failed attempts, the same session is given up. */
const maxFastAttempts = 3

/** After this number of connections in a row that never connected, the call is given up. */
const maxNeverConnected = 2

// --- How the history changes -----------------------------------------------------------------------------------------

export interface Loss {
  readonly error: ConnectionError
  /** How long the connection was used, in milliseconds. */
  readonly lifetime: number
  /** Whether this is the first connection of the call. */
  readonly isFirst: boolean
  /** Whether its subscriber connection was ever connected. */
  readonly wasConnected: boolean
  /** Whether it was lost before the migration to it was complete. */
  readonly isMigrating: boolean
}

/**
 * A connection was lost. If it is lost during the migration to it, the migration has failed, and the call was not
 * joined.
 */
export const onLost = (history: History, loss: Loss): History => {
  const { error, isFirst, isMigrating, lifetime, wasConnected } = loss
  const isSignalling = error._tag === "SfuConnectionError"
  // A request of the SFU is no sign of a bad connection.
  const isRequested = isSignalling && error.reason === "Reconnect"
  const isShortLived = lifetime < shortLifetime && !isFirst && !isRequested
  return {
    ...history,
    failures: isMigrating ? history.failures + 1 : 0,
    shortLived: isShortLived ? history.shortLived + 1 : 0,
    // If the signalling is lost first, the state of the media is unknown.
    neverConnected: wasConnected || isSignalling ? 0 : history.neverConnected + 1
  }
}

/** An attempt begins at `now`. */
export const onAttempt = (history: History, strategy: Strategy, now: number): History =>
  strategy === "Fast" ? history : {
    ...history,
    attempts: history.attempts + 1,
    rejoinTimes: [...history.rejoinTimes.filter((time) => now - time < window), now]
  }

/** An attempt has failed. */
export const onFailure = (history: History): History => ({ ...history, failures: history.failures + 1 })

// --- Decisions -------------------------------------------------------------------------------------------------------

export type Decision =
  | { readonly _tag: "Try"; readonly strategy: Strategy }
  | { readonly _tag: "GiveUp"; readonly reason: ReconnectionError["reason"] }

/** The number of failures that determines the pause before the next attempt. 0: no pause. */
export const pauseAfter = ({ failures, shortLived }: History): number => failures + shortLived

/** The next attempt, at `now`. */
export const decide = (
  history: History,
  attempt: {
    readonly requested: Strategy
    /** False if a media connection is known to have failed. */
    readonly isHealthy: boolean
    /** The SFU keeps the session until this time. */
    readonly keptUntil: number
    readonly now: number
  },
  { maxReconnects }: Limits
): Decision => {
  const { failures, neverConnected, rejoinTimes, shortLived } = history
  const { isHealthy, keptUntil, now, requested } = attempt
  // The first attempt after a loss may be Fast with failed media: a new socket is needed to restart ICE.
  const isKept = (isHealthy || failures === 0) && now < keptUntil && failures + shortLived < maxFastAttempts
  if (requested === "Fast" && isKept) return { _tag: "Try", strategy: "Fast" }
  if (neverConnected >= maxNeverConnected) return { _tag: "GiveUp", reason: "NeverConnected" }
  if (rejoinTimes.filter((time) => now - time < window).length >= maxReconnects) {
    return { _tag: "GiveUp", reason: "TooManyAttempts" }
  }
  return { _tag: "Try", strategy: requested === "Migrate" && failures === 0 ? "Migrate" : "Rejoin" }
}

/** What follows a failed attempt: the strategy to request next, or the end if the SFU has refused a rejoin for good. */
export const afterFailure = (strategy: Strategy, error: ConnectionError): Decision => {
  const isJoin = error._tag === "SfuJoinError"
  if (strategy === "Rejoin" && isJoin && !error.shouldRetry) return { _tag: "GiveUp", reason: "Refused" }
  return { _tag: "Try", strategy: strategy === "Fast" && isJoin && error.shouldRetry ? "Fast" : "Rejoin" }
}

/** The request that an event of the SFU contains; `undefined` for most events. `Leave`: the call is over. */
export const requestOf = (event: SfuEvent): Strategy | "Leave" | "Disconnect" | undefined => {
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
