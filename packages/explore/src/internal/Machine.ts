/**
 * Runs one schedule of a program from its beginning to its end, synchronously, on a clock of its own, and asks a search
 * wherever there is a choice. Knows no strategy, and judges nothing.
 *
 * It rests on what Effect makes public: a `Scheduler`, to which every fork, yield and wake-up goes; `Tracer.context`,
 * through which the run loop passes every primitive before it evaluates it; a `Clock`, whose timers fire when the machine
 * says so. The search's choice 0 is always what the stock runtime would do.
 *
 * Effect wakes whoever awaits a `Deferred` or a fiber inside the call that completes it, on the same JavaScript stack.
 * So it is here: such a fiber may go on, or it may give the stack back; nobody else comes between.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import type { Search } from "../Strategy.ts"
import type { Lane } from "./Lane.ts"
import * as Path from "./Path.ts"
import * as Dice from "./SeededRandom.ts"
import type { Escape } from "./Uncontrolled.ts"
import { testify } from "./Uncontrolled.ts"

export interface Rules {
  /** Whether timers fire only when nothing else can run, or the next one at any point. */
  readonly time: Path.Time
  /** After so many a schedule counts as endless. */
  readonly maxSteps: number
}

export interface Step {
  readonly lane: Lane
  readonly primitive: Primitive
  readonly now: number
  /** On the stack of the fiber that woke it. */
  readonly isNested: boolean
}

/** Hears of every step, in a schedule that is told rather than judged. */
export type Observer = (step: Step, fiber: AnyFiber) => void

export interface Run<A, E> {
  /** Without one the program stands still for good, or goes on for ever. */
  readonly exit: Exit.Exit<A, E> | undefined
  readonly isEndless: boolean
  readonly path: Path.Path
  readonly steps: number
  readonly now: number
  readonly lanes: ReadonlyArray<Lane>
  /** Fibers that have not ended. */
  readonly left: ReadonlyArray<Lane>
  /** Those of them whose timer runs. */
  readonly sleeping: ReadonlyArray<Lane>
  /** How many finalizers stand in scopes that were never closed. */
  readonly finalizers: number
  readonly escapes: ReadonlyArray<{ readonly what: Escape["_tag"]; readonly lane: Lane }>
}

export const FiberName = Context.Reference<string | undefined>("effect-explore/FiberName", {
  defaultValue: () => undefined
})

type AnyFiber = Fiber.Fiber<unknown, unknown>

const evaluate = "~effect/Effect/evaluate"

/** What the run loop hands over. Its name is no part of Effect's contract: without it there are a few choices more. */
export interface Primitive extends Tracer.EffectPrimitive<unknown> {
  readonly "~effect/Effect/identifier"?: string | undefined
}

const isYield = (primitive: Primitive): boolean => primitive["~effect/Effect/identifier"] === "Yield"

const primitiveOf = (effect: Effect.Effect<unknown>): Primitive => effect as unknown as Primitive

/** What evaluating a primitive says, when the fiber has ended or has to wait. Asked of the one that always waits. */
const suspended: unknown = (() => {
  let answer: unknown
  const tracer = Tracer.make({
    span: (options) => new Tracer.NativeSpan(options),
    context: (primitive, fiber) => {
      const result = primitive[evaluate](fiber)
      answer = result
      return result
    }
  })
  Effect.runForkWith(Context.make(Tracer.Tracer, tracer))(Effect.never).interruptUnsafe()
  return answer
})()

// --- What waits to run ------------------------------------------------------------------------------------------------

interface Task {
  readonly lane: Lane
  readonly priority: number
  readonly run: () => void
  /** The fiber that yielded, where it did. */
  readonly yielded: AnyFiber | undefined
  /** Whether it was made to, and goes on with a primitive that it was about to evaluate. */
  readonly isForced: boolean
  /** Its fiber was woken by something else meanwhile. */
  isDead: boolean
}

/** What a dispatcher runs in one go, in this order. */
interface Batch {
  readonly dispatcher: Dispatcher
  readonly tasks: Array<Task>
}

/** Each fiber has its own. It keeps the order of its tasks; between dispatchers there is none. */
interface Dispatcher {
  /** Where the next task goes. */
  open: Batch | undefined
  /** The last point of choice at which it was looked at. */
  seen: number
}

interface Timer {
  readonly lane: Lane
  readonly at: number
  readonly fire: () => void
}

// --- One schedule -----------------------------------------------------------------------------------------------------

export const run = <A, E>(
  program: Effect.Effect<A, E>,
  search: Search,
  rules: Rules,
  observer?: Observer
): Run<A, E> => {
  const path = Path.empty()
  const lanes: Array<Lane> = []
  const laneOfFiber = new Map<AnyFiber, Lane>()
  const batches: Array<Batch> = []
  const timers: Array<Timer> = []
  const escapes: Array<{ readonly what: Escape["_tag"]; readonly lane: Lane }> = []
  const scopes = new Set<Scope.Scope>()
  const candidates: Array<Lane> = []
  const heads: Array<Batch> = []
  /** By fiber, the task with which one that yielded goes on. */
  const parked = new Map<AnyFiber, Task>()
  /** The fibers on the JavaScript stack, the innermost last, but for those that have ended or wait. */
  const stack: Array<AnyFiber> = []
  /** The one that was dispatched, until it has a fiber. */
  let dispatched: Lane | undefined
  /** The fiber that is yielding in this very call. */
  let yielding: AnyFiber | undefined
  let isForcing = false
  /** A fiber that goes on where it was forced to yield: its next primitive has had its choice. */
  let resuming: AnyFiber | undefined
  /** What was chosen at the expense of a running fiber, and runs as soon as that one has got out of its way. */
  let chosen: Task | Timer | undefined
  /** Tasks that have neither run nor been overtaken. */
  let owed = 0
  let context: Context.Context<never> | undefined
  let now = 0
  let steps = 0
  let looks = 0
  /** The program has ended: what can still run does so in the stock order. */
  let isOver = false
  let isClosed = false

  // --- Lanes ----------------------------------------------------------------------------------------------------------

  const newLane = (): Lane => {
    const lane: Lane = { id: lanes.length, fiber: undefined, name: undefined }
    lanes.push(lane)
    return lane
  }

  const laneOf = (fiber: AnyFiber): Lane => {
    let lane = laneOfFiber.get(fiber)
    if (lane === undefined) {
      lane = dispatched ?? newLane()
      dispatched = undefined
      lane.fiber = fiber
      laneOfFiber.set(fiber, lane)
    }
    return lane
  }

  // --- Choosing -------------------------------------------------------------------------------------------------------

  const choose = (canGoOn: boolean): number => {
    if (candidates.length === 1 || isOver) return 0
    const choice = search.choose({ candidates, canGoOn })
    path.choices.push(choice)
    path.arities.push(candidates.length)
    path.canGoOn.push(canGoOn)
    return choice
  }

  const liveTask = (batch: Batch): Task | undefined => batch.tasks.find(({ isDead }) => !isDead)

  /** The running fiber, if it can go on; the next task of each dispatcher; the next timers. */
  const line = (current: Lane | undefined): void => {
    candidates.length = 0
    heads.length = 0
    if (current !== undefined) candidates.push(current)
    looks++
    for (const batch of batches) {
      if (batch.dispatcher.seen === looks) continue
      const task = liveTask(batch)
      if (task === undefined) continue
      batch.dispatcher.seen = looks
      heads.push(batch)
      candidates.push(task.lane)
    }
    if (isOver || timers.length === 0 || (rules.time === "idle" && candidates.length > 0)) return
    for (const { at, lane } of timers) {
      if (at > timers[0]!.at) break
      candidates.push(lane)
    }
  }

  const take = (index: number): Task | Timer => {
    const batch = heads[index]
    if (batch === undefined) return timers.splice(index - heads.length, 1)[0]!
    // A dispatcher takes all it has when it begins to run; whatever comes later is for its next turn.
    if (batch.dispatcher.open === batch) batch.dispatcher.open = undefined
    const task = liveTask(batch)!
    batch.tasks.splice(0, batch.tasks.indexOf(task) + 1)
    if (batch.tasks.length === 0) batches.splice(batches.indexOf(batch), 1)
    return task
  }

  /** What is first in line and has nothing left to do has had its turn. */
  const sweep = (): void => {
    for (let first = batches[0]; first !== undefined && liveTask(first) === undefined; first = batches[0]) {
      if (first.dispatcher.open === first) first.dispatcher.open = undefined
      batches.shift()
    }
  }

  // --- The scheduler --------------------------------------------------------------------------------------------------

  const enqueue = (dispatcher: Dispatcher, run: () => void, priority: number): void => {
    if (dispatcher.open === undefined) {
      dispatcher.open = { dispatcher, tasks: [] }
      batches.push(dispatcher.open)
    }
    const { tasks } = dispatcher.open
    const task: Task = {
      lane: yielding === undefined ? newLane() : laneOf(yielding),
      priority,
      run,
      yielded: yielding,
      isForced: isForcing,
      isDead: false
    }
    if (yielding !== undefined) parked.set(yielding, task)
    owed++
    const later = tasks.findIndex((other) => other.priority > priority)
    tasks.splice(later < 0 ? tasks.length : later, 0, task)
  }

  const scheduler: Scheduler.Scheduler = {
    executionMode: "sync",
    shouldYield: (fiber) => {
      if (fiber.cache.tracerContext !== enter) notice("Tracer")
      return false
    },
    makeDispatcher: () => {
      const dispatcher: Dispatcher = { open: undefined, seen: 0 }
      return { scheduleTask: (task, priority) => enqueue(dispatcher, task, priority), flush: () => {} }
    }
  }

  // --- Before every primitive -----------------------------------------------------------------------------------------

  const enter = <X>(primitive: Tracer.EffectPrimitive<X>, fiber: AnyFiber): X => {
    const entered = primitive as unknown as Primitive
    return (isClosed ? primitiveOf(Effect.never)[evaluate](fiber) : go(entered, fiber)) as X
  }

  const go = (primitive: Primitive, fiber: AnyFiber): unknown => {
    if (stack.at(-1) !== fiber) {
      const at = stack.lastIndexOf(fiber)
      if (at < 0) return begin(primitive, fiber)
      stack.length = at + 1
    }
    if (resuming === fiber) resuming = undefined
    else if (!isYield(primitive) && !goesOn(fiber)) return giveWay(primitive, fiber)
    return proceed(primitive, fiber)
  }

  /** A fiber comes onto the stack: dispatched, or woken inside another's step. The first thing it does is its own. */
  const begin = (primitive: Primitive, fiber: AnyFiber): unknown => {
    const lane = laneOf(fiber)
    const task = parked.get(fiber)
    if (task !== undefined) {
      task.isDead = true
      owed--
      parked.delete(fiber)
    }
    stack.push(fiber)
    if (resuming === fiber) return perform(primitive, fiber)
    lane.fiber = fiber
    return proceed(primitive, fiber)
  }

  const goesOn = (fiber: AnyFiber): boolean => {
    if (steps >= rules.maxSteps) {
      isClosed = true
      return false
    }
    const outer = stack.at(-2)
    if (outer === undefined && chosen === undefined) {
      line(laneOf(fiber))
      const choice = choose(true)
      if (choice > 0) chosen = take(choice - 1)
      return choice === 0
    }
    candidates.length = 0
    candidates.push(laneOf(fiber), outer === undefined ? chosen!.lane : laneOf(outer))
    return choose(true) === 0
  }

  const proceed = (primitive: Primitive, fiber: AnyFiber): unknown => {
    const lane = laneOf(fiber)
    steps++
    if (observer !== undefined) {
      lane.name ??= fiber.getRef(FiberName)
      observer({ lane, primitive, now, isNested: stack.length > 1 }, fiber)
    }
    if (fiber.context !== context) {
      context = fiber.context
      const scope = Context.getOrUndefined(context, Scope.Scope)
      if (scope !== undefined) scopes.add(scope)
    }
    return perform(primitive, fiber)
  }

  const perform = (primitive: Primitive, fiber: AnyFiber): unknown => {
    if (isYield(primitive)) yielding = fiber
    const result = primitive[evaluate](fiber)
    yielding = undefined
    if (result === suspended && stack.at(-1) === fiber) stack.pop()
    return result
  }

  /** Exactly what the run loop does with a fiber that has used up its turn. */
  const giveWay = (primitive: Primitive, fiber: AnyFiber): unknown => {
    if (isClosed) return primitiveOf(Effect.never)[evaluate](fiber)
    const effect = primitive as unknown as Effect.Effect<unknown>
    const yieldNow = primitiveOf(Effect.flatMap(Effect.yieldNow, () => effect))[evaluate](fiber) as Primitive
    isForcing = true
    try {
      return perform(yieldNow, fiber)
    } finally {
      isForcing = false
    }
  }

  // --- The clock, and chance ------------------------------------------------------------------------------------------

  const nanos = () => BigInt(Math.round(now * 1_000_000))
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => now,
    currentTimeNanosUnsafe: nanos,
    monotonicTimeNanosUnsafe: nanos,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.callback((resume) => {
        const fiber = Fiber.getCurrent()
        const millis = Duration.toMillis(duration)
        if (fiber === undefined || millis === Infinity) return
        const timer: Timer = { lane: laneOf(fiber), at: now + Math.max(0, millis), fire: () => resume(Effect.void) }
        const later = timers.findIndex(({ at }) => at > timer.at)
        timers.splice(later < 0 ? timers.length : later, 0, timer)
        return Effect.sync(() => {
          const at = timers.indexOf(timer)
          if (at >= 0) timers.splice(at, 1)
        })
      })
  }

  const roll = Dice.make(0)
  const random: Context.Service.Shape<typeof Random.Random> = {
    nextIntUnsafe: () => Math.floor((roll() * 2 - 1) * Number.MAX_SAFE_INTEGER),
    nextDoubleUnsafe: roll
  }

  // --- From beginning to end ------------------------------------------------------------------------------------------

  const notice = (what: Escape["_tag"]): void => {
    const fiber = stack.at(-1)
    const lane = fiber === undefined ? lanes[0]! : laneOf(fiber)
    if (!escapes.some((escape) => escape.what === what && escape.lane === lane)) escapes.push({ what, lane })
  }

  const dispatch = (next: Task | Timer): void => {
    stack.length = 0
    dispatched = undefined
    resuming = undefined
    if ("fire" in next) {
      now = Math.max(now, next.at)
      next.fire()
      return
    }
    if (next.isDead) return
    owed--
    if (next.yielded === undefined) dispatched = next.lane
    else {
      parked.delete(next.yielded)
      if (next.isForced) resuming = next.yielded
    }
    next.run()
  }

  const next = (): Task | Timer | undefined => {
    const before = chosen
    chosen = undefined
    if (before !== undefined) return before
    sweep()
    line(undefined)
    if (candidates.length > 0) return take(choose(false))
    if (owed !== 0) throw new Error(`the machine has lost ${owed} tasks: its schedules cannot be trusted`)
    return undefined
  }

  const runUntil = (isDone: () => boolean): void => {
    while (!isDone()) {
      const task = next()
      if (task === undefined) return
      dispatch(task)
    }
  }

  testify({ knows: (fiber) => laneOfFiber.has(fiber), notice })
  dispatched = newLane()
  dispatched.name = "main"
  const services = Context.make(Scheduler.Scheduler, scheduler).pipe(
    Context.add(Clock.Clock, clock),
    Context.add(Random.Random, random),
    Context.add(
      Tracer.Tracer,
      Tracer.make({ span: (options) => new Tracer.NativeSpan(options), context: enter })
    )
  )
  const root = Effect.runForkWith(services)(program)
  runUntil(() => isClosed || root.pollUnsafe() !== undefined)
  const exit = root.pollUnsafe()
  const isEndless = exit === undefined && isClosed
  isOver = true
  if (exit !== undefined) runUntil(() => isClosed)
  isClosed = true
  testify(undefined)
  search.learn(path)

  return {
    exit,
    isEndless,
    path,
    steps,
    now,
    lanes,
    left: lanes.filter(({ fiber }) => fiber !== undefined && fiber.pollUnsafe() === undefined),
    sleeping: timers.map(({ lane }) => lane),
    finalizers: Array.from(scopes, finalizersOf).reduce((sum, count) => sum + count, 0),
    escapes
  }
}

const finalizersOf = ({ state }: Scope.Scope): number =>
  state._tag !== "Open" ? 0 : state.finalizers?.size ?? (state.finalizer === undefined ? 0 : 1)
