/**
 * What happens before a fiber evaluates a primitive: a choice point, at which the fiber continues or is preempted.
 *
 * Effect wakes a fiber that awaits a `Deferred` or another fiber inside the call that completes it, on the same JavaScript
 * stack. Such a nested fiber may continue or return to the fiber below it. No third fiber can run between the two.
 */
import * as Context from "effect/Context"
import * as Scope from "effect/Scope"
import * as Fairness from "./Fairness.ts"
import * as Lanes from "./Lane.ts"
import type { AnyFiber, Primitive } from "./Primitive.ts"
import * as Primitives from "./Primitive.ts"
import type { Dispatcher } from "./ReadyQueue.ts"
import * as ReadyQueue from "./ReadyQueue.ts"
import type { RunState } from "./RunState.ts"
import * as RunStates from "./RunState.ts"

/** The name that `Explore.named` gives to the fibers of an effect. */
export const FiberName = Context.Reference<string | undefined>("effect-explore/FiberName", {
  defaultValue: () => undefined
})

/** Called by the run loop instead of evaluating the primitive. */
export const onPrimitive = (state: RunState, primitive: Primitive, fiber: AnyFiber): unknown => {
  if (RunStates.isOver(state)) return Primitives.evaluateNever(fiber)
  const { stack } = state
  if (stack.at(-1) !== fiber) {
    const index = stack.lastIndexOf(fiber)
    if (index < 0) return enterStack(state, primitive, fiber)
    // The fibers above it have returned.
    stack.length = index + 1
  }
  if (state.resuming === fiber) state.resuming = undefined
  else if (!Primitives.isYield(primitive) && !continues(state, fiber)) return preempt(state, primitive, fiber)
  return step(state, primitive, fiber)
}

/** The fiber was dispatched, or was woken inside another fiber's step. There is no choice before its first primitive. */
const enterStack = (state: RunState, primitive: Primitive, fiber: AnyFiber): unknown => {
  const lane = Lanes.ofFiber(state.lanes, fiber)
  const task = state.yieldTasks.get(fiber)
  if (task !== undefined) {
    ReadyQueue.cancel(state.queue, task)
    state.yieldTasks.delete(fiber)
  }
  if (state.dispatched !== lane) Fairness.wake(lane, state.steps)
  state.dispatched = undefined
  state.stack.push(fiber)
  if (state.resuming === fiber) return evaluate(state, primitive, fiber)
  lane.fiber = fiber
  return step(state, primitive, fiber)
}

/** The choice point of a running fiber. */
const continues = (state: RunState, fiber: AnyFiber): boolean => {
  const { candidates, lanes, stack } = state
  const below = stack.at(-2)
  if (below === undefined && state.preemptor === undefined) {
    RunStates.listCandidates(state, Lanes.ofFiber(lanes, fiber))
    const choice = RunStates.choose(state, true)
    if (choice > 0) state.preemptor = RunStates.takeCandidate(state, choice - 1)
    return choice === 0
  }
  candidates.length = 0
  candidates.push(
    Lanes.ofFiber(lanes, fiber),
    below === undefined ? state.preemptor!.lane : Lanes.ofFiber(lanes, below)
  )
  return RunStates.choose(state, true) === 0
}

const step = (state: RunState, primitive: Primitive, fiber: AnyFiber): unknown => {
  state.steps++
  if (state.observer !== undefined) {
    const lane = Lanes.ofFiber(state.lanes, fiber)
    lane.name ??= fiber.getRef(FiberName)
    state.observer({ lane, primitive, now: state.clock.now, isNested: state.stack.length > 1 }, fiber)
  }
  if (fiber.context !== state.context) {
    state.context = fiber.context
    const scope = Context.getOrUndefined(fiber.context, Scope.Scope)
    if (scope !== undefined) state.scopes.add(scope)
  }
  return evaluate(state, primitive, fiber)
}

const evaluate = (state: RunState, primitive: Primitive, fiber: AnyFiber): unknown => {
  if (Primitives.isYield(primitive)) state.yielding = fiber
  const result = Primitives.evaluate(primitive, fiber)
  state.yielding = undefined
  if (result === Primitives.suspended && state.stack.at(-1) === fiber) state.stack.pop()
  return result
}

/** Makes the fiber yield, as the run loop does at the end of a fiber's turn. */
const preempt = (state: RunState, primitive: Primitive, fiber: AnyFiber): unknown => {
  const yieldNow = Primitives.yieldBefore(primitive, fiber)
  state.isForcing = true
  try {
    return evaluate(state, yieldNow, fiber)
  } finally {
    state.isForcing = false
  }
}

/** Called by the run loop for each fork, yield and wake-up that the scheduler has to run later. */
export const onSchedule = (state: RunState, dispatcher: Dispatcher, run: () => void, priority: number): void => {
  const { isForcing, lanes, queue, yielding, yieldTasks } = state
  const lane = yielding === undefined ? Lanes.add(lanes) : Lanes.ofFiber(lanes, yielding)
  const task: ReadyQueue.Task = { lane, priority, run, yielded: yielding, isForced: isForcing, isCancelled: false }
  if (yielding === undefined) lane.readySince = state.steps
  else {
    if (!isForcing) RunStates.pause(state, lane)
    yieldTasks.set(yielding, task)
  }
  ReadyQueue.add(queue, dispatcher, task)
}
