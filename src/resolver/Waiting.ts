/**
 * One resolve that has to wait: `Effect.timeout` around its participant's scope, around its key's semaphore, around its
 * `Deferred`.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { TrackId, TrackKey } from "../Track.ts"
import type * as Correlation from "./Correlation.ts"
import * as PermitQueue from "./internal/PermitQueue.ts"
import type { ResolveError } from "./ResolveError.ts"
import { TrackTimeoutError } from "./ResolveError.ts"
import type { Caller } from "./ResolvesInFlight.ts"
import type { Apply, Runtime } from "./Runtime.ts"
import { atomically, end, supersededError } from "./Runtime.ts"

type Answer = Effect.Effect<TrackId, ResolveError>

/**
 * Adds a caller in the step of its `Resolve`, so that nothing comes between. If the permit of its key is free, the caller
 * acquires it in the same step.
 */
export const enqueue = (
  runtime: Runtime,
  apply: Apply,
  key: TrackKey,
  generation: number,
  timeout: Duration.Duration
): Caller => {
  const caller = runtime.resolves.enter(key, generation, timeout)
  if (caller.turn.isHolder) acquire(runtime, apply, caller)
  return caller
}

const acquire = (runtime: Runtime, apply: Apply, caller: Caller): void => {
  const reply = apply({ _tag: "Acquire", key: caller.key, generation: caller.generation })
  if (reply._tag !== "Waiting") return end(runtime, caller, toExit(caller, reply))
  caller.phase = "Holding"
  caller.lock.holder = caller
}

/** Waits for the answer. The deadline counts from the call, so it includes the queueing. */
export const wait = (runtime: Runtime, caller: Caller): Answer => {
  if (Duration.isZero(caller.timeout)) return abandon(runtime, caller)
  runtime.fibers++
  if (Duration.isFinite(caller.timeout)) runtime.deadlines++
  return Effect.timeoutOrElse(runInParticipantScope(runtime, caller), {
    duration: caller.timeout,
    orElse: () => abandon(runtime, caller)
  })
}

/** `timeoutOrElse` runs this in a fiber of its own; that fiber joins the scope of the participant. */
const runInParticipantScope = (runtime: Runtime, caller: Caller): Answer =>
  Effect.withFiber((fiber) => {
    Fiber.runIn(fiber, caller.participantScope.scope)
    const answer = Deferred.await(caller.answer)
    if (caller.phase !== "Queued") return answer
    return Effect.andThen(
      PermitQueue.wait(caller.turn),
      atomically(runtime, (apply) => acquire(runtime, apply, caller), () => answer)
    )
  })

/** After `finalCheck` every caller has ended, unless the resolver was closed. */
const abandon = (runtime: Runtime, caller: Caller): Answer =>
  finalCheck(
    runtime,
    caller,
    () => caller.phase === "Ended" ? Deferred.await(caller.answer) : Effect.interrupt
  )

/** Law 2: a caller that was not answered looks once more. No-op if a step has ended the caller. */
const finalCheck = (runtime: Runtime, caller: Caller, andThen: () => Answer): Answer =>
  atomically(
    runtime,
    (apply) => {
      const { generation, key, phase } = caller
      if (phase === "Ended") return
      const reply = apply({ _tag: "Abandon", key, generation, isHolder: phase === "Holding" })
      end(runtime, caller, toExit(caller, reply))
    },
    andThen
  )

const toExit = (caller: Caller, reply: Correlation.Replies["Abandon"]): Exit.Exit<TrackId, ResolveError> => {
  switch (reply._tag) {
    case "Answered":
      return Exit.succeed(reply.trackId)
    case "Superseded":
      return Exit.fail(supersededError(caller))
    case "NoMatch": {
      const { key, timeout } = caller
      const { candidates, omitted } = reply
      return Exit.fail(new TrackTimeoutError({ key, timeout, candidates, omitted }))
    }
  }
}

/**
 * Ends the call, and then releases what `enqueue` and `wait` acquired: an interrupted holder abandons its call before it
 * passes on the permit. An interruption by the participant's scope becomes a typed error.
 *
 * An interruption of the caller runs the caller's finalizers inside the call that interrupts it. Therefore an interrupted
 * resolve yields: a finalizer that interrupts the next caller runs in a turn of its own, and not inside the previous one.
 */
export const settle = (runtime: Runtime, caller: Caller, exit: Exit.Exit<TrackId, ResolveError>): Answer =>
  caller.phase === "Ended"
    ? release(runtime, caller, exit)
    : finalCheck(runtime, caller, () => release(runtime, caller, exit))

const release = (runtime: Runtime, caller: Caller, exit: Exit.Exit<TrackId, ResolveError>): Answer => {
  const { participantScope: { allEnded }, timeout } = caller
  if (!Duration.isZero(timeout)) {
    runtime.fibers--
    if (Duration.isFinite(timeout)) runtime.deadlines--
  }
  runtime.resolves.leave(caller)
  if (allEnded !== undefined && caller.participantScope.callers === 0) {
    runtime.completions.add(allEnded, Exit.void)
    runtime.completions.drain()
  }
  if (Exit.isSuccess(exit) || !Cause.hasInterruptsOnly(exit.cause)) return exit
  return allEnded === undefined ? Effect.andThen(Effect.yieldNow, exit) : Effect.fail(supersededError(caller))
}
