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
import type { Evidence, FailedRequest } from "./Health.ts"

export type Strategy = "Fast" | "Rejoin" | "Migrate"

/** Why a connection was lost, or could not be made. */
export type ConnectionError = ReconnectionError["error"]

/** The reconnections of a call so far. */
export interface History {
  /** When the call was last lost. */
  readonly lostAt: number
  /** Failed attempts since the call was last joined. */
  readonly failures: number
  /** The failed attempts after which a pause is due: those without a definite answer. */
  readonly pauses: number
  /** Connections in a row that were lost within `shortLifetime`. */
  readonly shortLived: number
  /** Connections in a row whose subscriber or publisher connection never connected. */
  readonly neverConnected: number
  /** Connections in a row that were lost because the SFU did not accept the same kind of request, or any. */
  readonly requestsFailed: number
  /** The request that failed on the last of these connections. */
  readonly failedRequest: FailedRequest | undefined
  /** Since when the SFU has not been reachable for requests. */
  readonly unreachableSince: number | undefined
  /** The times of the rejoins and migrations within `window` that an SFU has answered, oldest first. */
  readonly rejoinTimes: ReadonlyArray<number>
  /** The rejoins and migrations since the first join. */
  readonly attempts: number
}

export const emptyHistory: History = {
  lostAt: 0,
  failures: 0,
  pauses: 0,
  shortLived: 0,
  neverConnected: 0,
  requestsFailed: 0,
  failedRequest: undefined,
  unreachableSince: undefined,
  rejoinTimes: [],
  attempts: 0
}

export interface Limits {
  /** The number of rejoins and migrations that are allowed within `window`. 0: never reconnect. */
  readonly maxReconnects: number
  /** How long attempts may fail before the call is given up, in milliseconds. */
  readonly maxOutage: number
}

export const window = 120_000

/** A connection that is lost within this time counts as a failed attempt. */
const shortLifetime = 5_000

/** After this number of failed attempts, the same session is given up. */
const maxFastAttempts = 3

/** After this number of connections in a row that never connected, the call is given up. */
const maxNeverConnected = 2

/** After this number of connections in a row whose requests were not accepted, the call is given up. */
const maxRequestsFailed = 2

// --- How the history changes -----------------------------------------------------------------------------------------

export interface Loss {
  readonly error: ConnectionError
  /** The one that the loss requires. */
  readonly strategy: Strategy
  readonly now: number
  /** How long the connection was used, in milliseconds. */
  readonly lifetime: number
  /** Whether this is the first connection of the call. */
  readonly isFirst: boolean
  /** Whether it was lost before the migration to it was complete. */
  readonly isMigrating: boolean
  /** Whether any request has succeeded on it. */
  readonly hadRequests: boolean
  /** Present if requests that failed have lost the connection. */
  readonly requests?: Evidence | undefined
}

/**
 * A connection was lost. If it is lost during the migration to it, the migration has failed, and the call was not
 * joined.
 */
export const onLost = (history: History, loss: Loss): History => {
  const { error, isFirst, isMigrating, lifetime, now, strategy } = loss
  const isSignalling = error._tag === "SfuConnectionError"
  // A reconnection that the SFU requests is no sign of a bad connection.
  const isRequested = isSignalling && error.reason === "Reconnect"
  // `maxReconnects` does not limit Fast, so a Fast that the SFU requests counts too.
  const isShortLived = lifetime < shortLifetime && !isFirst && (!isRequested || strategy === "Fast")
  // Of either connection. An agent that receives nothing never connects its subscriber connection, and one that sends
  // nothing has no publisher connection.
  const isNeverConnected = error._tag === "PeerConnectionError" && error.reason === "NeverConnected"
  return {
    ...history,
    ...onRequests(history, loss),
    lostAt: isMigrating ? history.lostAt : now,
    failures: isMigrating ? history.failures + 1 : 0,
    pauses: isMigrating ? history.pauses : 0,
    shortLived: isShortLived ? history.shortLived + 1 : 0,
    neverConnected: isNeverConnected ? history.neverConnected + 1 : 0
  }
}

/** If requests have succeeded on the connection, those of the next one may succeed as well. */
const onRequests = (
  { failedRequest, requestsFailed, unreachableSince }: History,
  { error, hadRequests, requests }: Loss
): Pick<History, "requestsFailed" | "failedRequest" | "unreachableSince"> => {
  if (requests === undefined) {
    return hadRequests
      ? { requestsFailed: 0, failedRequest: undefined, unreachableSince: undefined }
      : { requestsFailed, failedRequest, unreachableSince }
  }
  const { failed, hadWorked, since } = requests
  if (error._tag === "SfuRequestError" && error.reason === "Unreachable") {
    return { requestsFailed, failedRequest, unreachableSince: hadWorked ? since : unreachableSince ?? since }
  }
  const isRepeated = !hadRequests || (!hadWorked && failed === failedRequest)
  return {
    requestsFailed: isRepeated ? requestsFailed + 1 : 1,
    failedRequest: failed,
    unreachableSince: undefined
  }
}

/** An attempt begins. */
export const onAttempt = (history: History, strategy: Strategy): History =>
  strategy === "Fast" ? history : { ...history, attempts: history.attempts + 1 }

/** A rejoin or a migration that a server has answered counts, with its time. */
const countRejoin = (history: History, strategy: Strategy, now: number): History =>
  strategy === "Fast"
    ? history
    : { ...history, rejoinTimes: [...history.rejoinTimes.filter((time) => now - time < window), now] }

/** An attempt has joined. */
export const onJoined = countRejoin

/**
 * An attempt has failed. If it can succeed later (no server was reached, or a server asks to repeat it), only `maxOutage`
 * limits the repetitions, and each follows a pause. After a definite answer no pause is due.
 */
export const onFailure = (history: History, strategy: Strategy, error: ConnectionError, now: number): History => {
  const isJoin = error._tag === "SfuJoinError"
  const { failures, pauses } = history
  const counted = isJoin && error.shouldRetry ? history : countRejoin(history, strategy, now)
  const isDefinite = isJoin && !error.shouldRetry
  return { ...counted, failures: failures + 1, pauses: isDefinite ? pauses : pauses + 1 }
}

// --- Decisions -------------------------------------------------------------------------------------------------------

export type Decision =
  | { readonly _tag: "Try"; readonly strategy: Strategy }
  | { readonly _tag: "GiveUp"; readonly reason: ReconnectionError["reason"] }

/** The number of failures that determines the pause before the next attempt. 0: at once. */
export const pauseAfter = ({ pauses, shortLived }: History): number => pauses + shortLived

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
  { maxOutage, maxReconnects }: Limits
): Decision => {
  const { failures, lostAt, neverConnected, rejoinTimes, requestsFailed, shortLived, unreachableSince } = history
  const { isHealthy, keptUntil, now, requested } = attempt
  // The first attempt after a loss may be Fast with failed media: a new socket is needed to restart ICE.
  const isKept = (isHealthy || failures === 0) && now < keptUntil && failures + shortLived < maxFastAttempts
  const isOutageOver = (since: number | undefined): boolean => since !== undefined && now - since >= maxOutage
  if (failures > 0 && isOutageOver(lostAt)) return { _tag: "GiveUp", reason: "Outage" }
  if (requested === "Fast" && isKept) return { _tag: "Try", strategy: "Fast" }
  if (isOutageOver(unreachableSince)) return { _tag: "GiveUp", reason: "Outage" }
  if (requestsFailed >= maxRequestsFailed) return { _tag: "GiveUp", reason: "RequestsFailed" }
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
