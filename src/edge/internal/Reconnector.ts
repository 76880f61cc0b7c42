/**
 * Keeps a call connected: runs one connection after the other until the call ends or reconnecting is given up.
 *
 * `ReconnectPolicy` decides and counts; this module carries out the decisions.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as BackOff from "../../internal/BackOff.ts"
import type { CallEnded } from "../EdgeEvent.ts"
import { ReconnectionError } from "../EdgeState.ts"
import type { NegotiationError } from "../PeerConnection.ts"
import type { Reconnection } from "../SfuClient.ts"
import { SfuJoinError } from "../SfuClient.ts"
import * as Connection from "./Connection.ts"
import type { ConnectionLost } from "./ConnectionLost.ts"
import type { ConnectionState } from "./ConnectionState.ts"
import * as Migration from "./Migration.ts"
import type { ConnectionError } from "./ReconnectPolicy.ts"
import * as ReconnectPolicy from "./ReconnectPolicy.ts"

export interface Options {
  readonly services: Connection.Services
  readonly limits: ReconnectPolicy.Limits
  readonly state: ConnectionState
  /** For a rejoin. */
  readonly newSessionId: Effect.Effect<string>
  /** Connections are opened in it. */
  readonly scope: Scope.Scope
}

interface Reconnector extends Options {
  current: Connection.Connection
  /** The connection that we migrate from, until the migration is complete. */
  migratingFrom: Connection.Connection | undefined
  history: ReconnectPolicy.History
}

/** Joins for the first time. `run` then keeps the call connected, and fails if the call is lost for good. */
export const make = Effect.fnUntraced(function*(options: Options) {
  const self: Reconnector = {
    ...options,
    current: yield* connect(options, options.services.unifiedSessionId),
    migratingFrom: undefined,
    history: ReconnectPolicy.emptyHistory
  }
  yield* reportJoined(self)
  return { run: run(self) }
})

const run = Effect.fnUntraced(function*(
  self: Reconnector
): Effect.fn.Return<CallEnded, ConnectionError | ReconnectionError> {
  for (let isFirst = true;; isFirst = false) {
    const { current } = self
    const startedAt = yield* Clock.currentTimeMillis
    const ended = yield* Effect.result(
      Effect.raceAllFirst([current.run, completeMigration(self), reportHealth(self)])
    )
    if (Result.isSuccess(ended)) return ended.success
    if (ended.failure._tag !== "ConnectionLost") return yield* ended.failure
    const lost = ended.failure
    if (!self.services.mayReconnect) return yield* lost.error
    const now = yield* Clock.currentTimeMillis
    self.history = ReconnectPolicy.onLost(self.history, {
      error: lost.error,
      strategy: lost.strategy,
      now,
      lifetime: now - startedAt,
      isFirst,
      isMigrating: self.migratingFrom !== undefined,
      hadRequests: current.health.hasWorked(),
      requests: lost.requests
    })
    yield* reconnect(self, lost)
  }
})

/** Returns once the call is joined again, or the migration to another SFU has begun. */
const reconnect = Effect.fnUntraced(function*(self: Reconnector, lost: ConnectionLost) {
  let { error, strategy: requested } = lost
  const keptUntil = (yield* Clock.currentTimeMillis) + self.current.keptFor()
  while (true) {
    const backOff = yield* pauseAfterFailures(self)
    const now = (yield* Clock.currentTimeMillis) + backOff
    const isHealthy = self.migratingFrom === undefined && (yield* self.current.isHealthy)
    const decision = ReconnectPolicy.decide(self.history, { requested, isHealthy, keptUntil, now }, self.limits)
    if (decision._tag === "GiveUp") return yield* giveUp(self, decision.reason, error)
    const { strategy } = decision
    yield* reportReconnecting(self, strategy, error)
    if (strategy === "Rejoin") yield* dropConnections(self)
    const pause = backOff > 0 || strategy === "Fast" ? backOff : yield* BackOff.jitter(self.services.backOff)
    if (pause > 0) yield* Effect.sleep(pause)
    self.history = ReconnectPolicy.onAttempt(self.history, strategy)
    const tried = yield* Effect.result(attempt(self, strategy, error))
    const triedAt = yield* Clock.currentTimeMillis
    if (Result.isSuccess(tried)) {
      self.history = ReconnectPolicy.onJoined(self.history, strategy, triedAt)
      return self.migratingFrom === undefined ? yield* reportJoined(self) : undefined
    }
    error = tried.failure
    self.history = ReconnectPolicy.onFailure(self.history, strategy, error, triedAt)
    const next = ReconnectPolicy.afterFailure(strategy, error)
    if (next._tag === "GiveUp") return yield* giveUp(self, next.reason, error)
    requested = next.strategy
  }
})

/** In milliseconds. */
const pauseAfterFailures = ({ history, services }: Reconnector): Effect.Effect<number> => {
  const failures = ReconnectPolicy.pauseAfter(history)
  return failures === 0 ? Effect.succeed(0) : BackOff.delay(failures, services.backOff)
}

/** One attempt. `error` is the reason for it. */
const attempt = Effect.fnUntraced(function*(
  self: Reconnector,
  strategy: ReconnectPolicy.Strategy,
  error: ConnectionError
): Effect.fn.Return<void, SfuJoinError | NegotiationError> {
  const { current, services } = self
  const reconnection: Reconnection = {
    strategy,
    attempt: self.history.attempts,
    fromSfuId: current.sfuId,
    announcedTracks: yield* services.publishing.announced,
    subscriptions: current.subscriptions(),
    reason: error.message
  }
  switch (strategy) {
    case "Fast": {
      if (!(yield* current.resume(reconnection))) return yield* sessionForgotten
      break
    }
    case "Rejoin": {
      self.migratingFrom = undefined
      self.current = yield* connect(self, yield* self.newSessionId, {
        ...reconnection,
        previousSessionId: current.sessionId
      })
      break
    }
    case "Migrate": {
      self.current = yield* connect(self, current.sessionId, reconnection)
      self.migratingFrom = current
      break
    }
  }
})

const connect = ({ scope, services }: Options, sessionId: string, reconnection?: Reconnection) =>
  Scope.provide(Connection.open(services, sessionId, reconnection), scope)

/** Ends every track at once, before the pause. Calling it again has no effect. */
const dropConnections = ({ current, migratingFrom, services }: Reconnector): Effect.Effect<void> =>
  services.callState.suspend.pipe(
    Effect.andThen(migratingFrom?.close() ?? Effect.void),
    Effect.andThen(current.close())
  )

/** Runs as long as the current connection; returns early only if the call has ended. */
const completeMigration = (self: Reconnector): Effect.Effect<CallEnded, ConnectionLost> =>
  Effect.suspend(() => {
    const { current: to, migratingFrom: from } = self
    if (from === undefined) return Effect.never
    const closeFormer = Effect.uninterruptible(Effect.suspend(() => {
      self.migratingFrom = undefined
      return from.close("Migrate")
    }))
    return Effect.flatMap(Migration.complete({ from, to }), (ended) =>
      ended === undefined
        ? closeFormer.pipe(Effect.andThen(reportJoined(self)), Effect.andThen(Effect.never))
        : Effect.succeed(ended))
  })

/** `Joined` or `Degraded`. */
const reportJoined = (self: Reconnector): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { current: { endToEndEncrypted, health, sessionId } } = self
    const joined = { sessionId, endToEndEncrypted: endToEndEncrypted() }
    const error = health.degradation()
    return self.state.set(
      error === undefined ? { _tag: "Joined", ...joined } : { _tag: "Degraded", ...joined, error }
    )
  })

/** Reports when the current connection becomes degraded, and when it recovers. */
const reportHealth = (self: Reconnector): Effect.Effect<never> =>
  self.current.health.degradations.pipe(
    Stream.runForEach((error) => {
      const reported = self.state.current()
      const isReported = error === (reported._tag === "Degraded" ? reported.error : undefined)
      return isReported || self.migratingFrom !== undefined ? Effect.void : reportJoined(self)
    }),
    Effect.andThen(Effect.never)
  )

const reportReconnecting = (self: Reconnector, strategy: ReconnectPolicy.Strategy, error: ConnectionError) => {
  const { failures, lostAt: since } = self.history
  return Effect.andThen(
    Effect.logInfo(`reconnecting (${strategy}): ${error.message}`),
    self.state.set({ _tag: "Reconnecting", strategy, attempt: failures + 1, since, error })
  )
}

const giveUp = (self: Reconnector, reason: ReconnectionError["reason"], error: ConnectionError) =>
  Effect.fail(new ReconnectionError({ reason, attempts: self.history.failures, error }))

const sessionForgotten = new SfuJoinError({
  reason: "Refused",
  detail: "the SFU no longer has the session",
  shouldRetry: false
})
