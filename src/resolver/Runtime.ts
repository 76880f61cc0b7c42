/**
 * The state of one resolver in its `Ref`, everything that waits for it, and `atomically`, the only way to change it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as MutableRef from "effect/MutableRef"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import * as Fanout from "../internal/Fanout.ts"
import type { LaggedError } from "../LaggedError.ts"
import type { BindingChange, TrackId } from "../Track.ts"
import { formatParticipant, formatTrackId, formatTrackKey } from "../Track.ts"
import * as Correlation from "./Correlation.ts"
import * as CompletionQueue from "./internal/CompletionQueue.ts"
import * as ExpiryTimer from "./internal/ExpiryTimer.ts"
import type { ResolveError } from "./ResolveError.ts"
import { ParticipantLeftError, TrackUnpublishedError } from "./ResolveError.ts"
import type { Caller } from "./ResolvesInFlight.ts"
import { ResolvesInFlight } from "./ResolvesInFlight.ts"
import * as Trace from "./Trace.ts"

export interface Runtime {
  readonly policy: Correlation.Policy
  readonly state: Ref.Ref<Correlation.State>
  readonly resolves: ResolvesInFlight
  readonly completions: CompletionQueue.CompletionQueue
  readonly changes: Fanout.Fanout<BindingChange, LaggedError>
  readonly expiryTimer: ExpiryTimer.ExpiryTimer
  readonly record: ((entry: Trace.Entry) => void) | undefined
  /** Deadlines that run. */
  deadlines: number
  /** Fibers that wait. */
  fibers: number
  isClosed: boolean
}

/** Closing the scope interrupts every resolve in flight and ends the timer and the streams. */
export const make = Effect.fnUntraced(function*(policy: Correlation.Policy) {
  const recorder = yield* Trace.Recorder
  const record = recorder === undefined ? undefined : yield* recorder.open(policy)
  const state = yield* Ref.make(Correlation.empty(policy))
  const runtime: Runtime = {
    policy,
    state,
    resolves: new ResolvesInFlight(),
    completions: CompletionQueue.make(),
    changes: Fanout.failOnLag<BindingChange>(() =>
      Correlation.snapshot(Ref.getUnsafe(state)).bound.map((binding) => ({ _tag: "Bound", binding }))
    ),
    expiryTimer: yield* ExpiryTimer.make(Effect.suspend(() => expire(runtime))),
    record,
    deadlines: 0,
    fibers: 0,
    isClosed: false
  }
  yield* Effect.addFinalizer(() => close(runtime))
  return runtime
})

const close = (runtime: Runtime): Effect.Effect<void> =>
  Effect.suspend(() => {
    runtime.isClosed = true
    runtime.expiryTimer.set(Infinity)
    runtime.changes.end()
    return Effect.andThen(
      Ref.set(runtime.state, Correlation.empty(runtime.policy)),
      Effect.forEach(runtime.resolves.scopes(), (scope) => Scope.close(scope, Exit.void), { discard: true })
    )
  })

export const expire = (runtime: Runtime): Effect.Effect<void> =>
  atomically(runtime, (apply) => apply({ _tag: "Expire" }), () => Effect.void)

// --- The step ---------------------------------------------------------------------------------------------------------

export type Apply = <C extends Correlation.Command>(command: C) => Correlation.Replies[C["_tag"]]

/**
 * Runs `body` as one synchronous change of the state: no other change comes between the commands that it applies. If
 * `body` throws, the state stays as it was. If the resolver is closed, `body` does not run and its result is undefined.
 * Continues with `andThen`, which costs less than another operation.
 *
 * First the new state is assigned, then the answers are completed: completing a `Deferred` runs its waiter inside the
 * call, and that waiter may change the state again. All of it is one operation of the fiber, so no interruption comes
 * between.
 */
export const atomically = <A, B, E>(
  runtime: Runtime,
  body: (apply: Apply) => A,
  andThen: (result: A | undefined) => Effect.Effect<B, E>
): Effect.Effect<B, E> =>
  Clock.clockWith((clock) => {
    const logLines: Array<string> = []
    const result = runtime.isClosed ? undefined : assign(runtime, clock, body, logLines)
    if (!runtime.isClosed) runtime.expiryTimer.set(Correlation.nextExpiry(Ref.getUnsafe(runtime.state)))
    runtime.completions.drain()
    const next = andThen(result)
    if (logLines.length === 0) return next
    const log = Effect.forEach(logLines, (line) => Effect.logDebug(line), { discard: true })
    return Effect.andThen(Effect.uninterruptible(log), next)
  })

const assign = <A>(runtime: Runtime, clock: Clock.Clock, body: (apply: Apply) => A, logLines: Array<string>): A => {
  const at = clock.currentTimeMillisUnsafe()
  const before = Ref.getUnsafe(runtime.state)
  const change = Correlation.change(before, at)
  const entries: Array<Trace.Entry> | undefined = runtime.record === undefined ? undefined : []
  let handled = 0
  const result = body((command) => {
    const reply = change.apply(command)
    // An `Expire` that removes nothing decides nothing.
    if (command._tag !== "Expire" || change.state !== before) entries?.push({ at, command })
    const { outcomes } = change
    while (handled < outcomes.length) handleOutcome(runtime, outcomes[handled++]!, logLines)
    return reply
  })
  if (runtime.record !== undefined) entries?.forEach(runtime.record)
  MutableRef.set(runtime.state.ref, change.state)
  return result
}

const handleOutcome = (runtime: Runtime, outcome: Correlation.Outcome, logLines: Array<string>): void => {
  switch (outcome._tag) {
    case "Bound":
    case "Unbound": {
      runtime.changes.publish(outcome)
      break
    }
    case "Resolved": {
      const holder = runtime.resolves.lock(outcome.key)?.holder
      if (holder !== undefined) end(runtime, holder, Exit.succeed(outcome.trackId))
      break
    }
    case "Unpublished": {
      const { callers, generation, key } = outcome
      logLines.push(`${formatTrackKey(key)} unpublished; resolves ended: ${callers}`)
      const lock = runtime.resolves.lock(key)
      if (lock !== undefined) (lock.unpublished ??= new Set()).add(generation)
      const holder = lock?.holder
      if (holder?.generation === generation) end(runtime, holder, Exit.fail(supersededError(holder)))
      break
    }
    case "Left": {
      const { callers, participant, pending } = outcome
      if (callers + pending > 0) {
        const name = formatParticipant(participant)
        logLines.push(`${name} left; resolves ended: ${callers}, pending tracks removed: ${pending}`)
      }
      break
    }
    case "Expired":
    case "Evicted": {
      logLines.push(`track ${formatTrackId(outcome.trackId)} ${outcome._tag.toLowerCase()} without a key`)
      break
    }
  }
}

/** Decides the answer of a caller. `atomically` completes it after the state is assigned. */
export const end = (runtime: Runtime, caller: Caller, exit: Exit.Exit<TrackId, ResolveError>): void => {
  if (caller.phase === "Holding") caller.lock.holder = undefined
  caller.phase = "Ended"
  runtime.completions.add(caller.answer, exit)
}

/** The error of a caller whose generation was ended, by an unpublish or by a leave. */
export const supersededError = ({ generation, key, lock }: Caller): ResolveError =>
  lock.unpublished?.has(generation) === true
    ? new TrackUnpublishedError({ key })
    : new ParticipantLeftError({ participant: { userId: key.userId, sessionId: key.sessionId } })
