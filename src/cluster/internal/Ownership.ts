/**
 * One owner of a call: begins a term, joins, runs the agent, and gives the call up if the term is no longer the newest.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { PeerConnectionFactory } from "../../edge/PeerConnection.ts"
import type { SfuClient } from "../../edge/SfuClient.ts"
import type { StreamEdgeOptions } from "../../edge/StreamEdge.ts"
import { StreamEdge } from "../../edge/StreamEdge.ts"
import * as BackOff from "../../internal/BackOff.ts"
import type { CallStatus } from "../CallAgentProtocol.ts"
import type { CallTerm, CallTerms } from "../CallTerms.ts"
import * as CallMetrics from "./CallMetrics.ts"
import * as TermSession from "./TermSession.ts"

export interface State {
  readonly status: CallStatus
  /** Present in the status `InCall`. */
  readonly edge?: StreamEdge["Service"] | undefined
}

export interface Ownership<E, R, E2, R2> {
  /** The id of the entity. */
  readonly call: string
  /** The address of this process. */
  readonly runner: string
  readonly terms: CallTerms["Service"]
  readonly ports: Layer.Layer<SfuClient | PeerConnectionFactory, E, R>
  readonly agent: Effect.Effect<void, E2, R2>
  readonly edgeOptions: StreamEdgeOptions
  readonly confirmInterval: Duration.Duration
  readonly state: SubscriptionRef.SubscriptionRef<State>
  /** Whether the cluster says that this process owns the call. */
  readonly isAssigned: Effect.Effect<boolean>
  /** Whether this process hands over its calls, because it stops. */
  readonly isStopping: Effect.Effect<boolean>
  /** For handing over: one call at a time. */
  readonly handingOver: Semaphore.Semaphore
}

type End =
  | { readonly _tag: "Ended" }
  | { readonly _tag: "Withdrawn" }
  | { readonly _tag: "Superseded"; readonly by: number }

/** The pauses between attempts to join, and to reach the terms. */
const backOff: BackOff.Range = { base: 2_000, cap: 60_000 }

/** An agent that was in the call for this time begins to count its failures anew. */
const longSession = 60_000

/** How long an agent may go on after the end of its call. */
const finishing = "10 seconds"

/** Returns when the call is to have no agent any more. */
export const run = Effect.fnUntraced(function*<E, R, E2, R2>(self: Ownership<E, R, E2, R2>) {
  while (true) {
    const term = yield* untilStored(self.terms.begin(self.call, self.runner))
    if (Option.isNone(term)) return yield* setStatus(self, { _tag: "Idle" })
    const end = yield* own(self, term.value)
    if (end._tag === "Withdrawn") return yield* setStatus(self, { _tag: "Idle", reason: "Left" })
    if (end._tag === "Ended") {
      yield* untilStored(self.terms.withdraw(self.call, term.value.number))
      return yield* setStatus(self, { _tag: "Idle", reason: "Ended" })
    }
    yield* Effect.logWarning(`${self.call}: left, because another runner owns the call under term ${end.by}`)
    yield* setStatus(self, { _tag: "Superseded", term: term.value.number, by: end.by })
    yield* untilVacant(self, term.value.number)
  }
})

const setStatus = ({ state }: Pick<Ownership<never, never, never, never>, "state">, status: CallStatus) =>
  SubscriptionRef.set(state, { status })

/** Repeats what the terms refuse, for ever. */
const untilStored = <A, E extends Error>(effect: Effect.Effect<A, E>): Effect.Effect<A> =>
  Effect.orDie(Effect.retry(
    effect,
    BackOff.retryPolicy<E>({
      attempts: Infinity,
      shouldRetry: () => true,
      onRetry: (error) => Effect.logWarning(error.message)
    })
  ))

// --- One term ---------------------------------------------------------------------------------------------------------

const own = <E, R, E2, R2>(self: Ownership<E, R, E2, R2>, term: CallTerm) =>
  Effect.acquireUseRelease(
    Metric.modify(CallMetrics.callsOwned, 1),
    () => Effect.raceFirst(attempts(self, term), confirm(self, term.number)),
    () => Metric.modify(CallMetrics.callsOwned, -1)
  )

/** Returns when the term is no longer the newest. While the terms cannot be reached, the cluster decides. */
const confirm = Effect.fnUntraced(function*<E, R, E2, R2>(
  { call, confirmInterval, terms }: Ownership<E, R, E2, R2>,
  term: number
): Effect.fn.Return<End> {
  for (let isReached = true;;) {
    yield* Effect.sleep(confirmInterval)
    const confirmed = yield* Effect.exit(terms.confirm(call, term))
    if (Exit.isSuccess(confirmed)) {
      if (confirmed.value._tag !== "Current") return confirmed.value
    } else if (isReached) yield* Effect.logWarning(`${call}: ${describe(confirmed.cause)}`)
    isReached = Exit.isSuccess(confirmed)
  }
})

/** Joins again after each failure, with growing pauses. */
const attempts = Effect.fnUntraced(function*<E, R, E2, R2>(self: Ownership<E, R, E2, R2>, term: CallTerm) {
  let error: string | undefined
  for (let attempt = 1, failures = 0;; attempt++) {
    yield* setStatus(self, {
      _tag: "Joining",
      term: term.number,
      attempt,
      ...(error === undefined ? {} : { error })
    })
    if (failures > 0) yield* BackOff.pause(failures, backOff)
    const startedAt = yield* Clock.currentTimeMillis
    const exit = yield* Effect.exit(session(self, term))
    if (Exit.isSuccess(exit)) return exit.value
    const lasted = (yield* Clock.currentTimeMillis) - startedAt
    failures = lasted < longSession ? failures + 1 : 1
    error = describe(exit.cause)
    yield* Effect.logWarning(`${self.call}: ${error}`)
  }
})

const describe = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error.message : String(error)
}

/**
 * One session in the call. A process that stops lets the agent go on until the calls before it have been handed over.
 */
const session = <E, R, E2, R2>(self: Ownership<E, R, E2, R2>, term: CallTerm) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkDetach(Effect.interruptible(Effect.scoped(inCall(self, term))))
      const leave = Fiber.interrupt(fiber)
      return yield* restore(Fiber.join(fiber)).pipe(
        Effect.onInterrupt(() =>
          Effect.flatMap(self.isStopping, (isStopping) => isStopping ? self.handingOver.withPermit(leave) : leave)
        )
      )
    })
  )

const inCall = Effect.fnUntraced(function*<E, R, E2, R2>(self: Ownership<E, R, E2, R2>, term: CallTerm) {
  const services = yield* Layer.build(
    Layer.provide(
      StreamEdge.layer({ ...self.edgeOptions, sessionIdPrefix: TermSession.prefixOf(term.number) }),
      self.ports
    )
  )
  const edge = Context.get(services, StreamEdge)
  yield* reportTakeover(term)
  yield* SubscriptionRef.set(self.state, { status: { _tag: "InCall", term: term.number }, edge })
  const ended: End = { _tag: "Ended" }
  return yield* Effect.raceAllFirst([
    Effect.as(Effect.provide(self.agent, services), ended),
    Effect.as(Effect.andThen(Stream.runDrain(edge.events), Effect.sleep(finishing)), ended),
    newerAgent(edge, term.number)
  ])
})

const reportTakeover = Effect.fnUntraced(function*({ former }: CallTerm) {
  if (former === undefined) return
  yield* Metric.update(CallMetrics.takeovers, 1)
  yield* Metric.update(CallMetrics.unowned, (yield* Clock.currentTimeMillis) - former.confirmedAt)
})

/** Waits for a session of our own user under a newer term. */
const newerAgent = (edge: StreamEdge["Service"], term: number): Effect.Effect<End> =>
  edge.participantChanges.pipe(
    Stream.map(({ participant: { isOwnUser, sessionId } }) => isOwnUser ? TermSession.termOf(sessionId) ?? 0 : 0),
    Stream.filter((number) => number > term),
    // Whoever drains `events` reports a failure.
    Stream.catch(() => Stream.empty),
    Stream.runHead,
    Effect.flatMap((newer) =>
      Option.isNone(newer) ? Effect.never : Effect.succeed<End>({ _tag: "Superseded", by: newer.value })
    )
  )

/**
 * After a newer term: waits until it is withdrawn, or until its owner no longer confirms it although the cluster says that this
 * process owns the call.
 */
const untilVacant = Effect.fnUntraced(function*<E, R, E2, R2>(
  { call, confirmInterval, isAssigned, terms }: Ownership<E, R, E2, R2>,
  term: number
) {
  const vacantAfter = 3 * Duration.toMillis(confirmInterval)
  while (true) {
    yield* Effect.sleep(confirmInterval)
    if (!(yield* isAssigned)) continue
    const state = yield* untilStored(terms.confirm(call, term))
    const now = yield* Clock.currentTimeMillis
    if (state._tag !== "Superseded" || now - state.confirmedAt > vacantAfter) return
  }
})
