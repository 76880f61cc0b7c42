/**
 * Sends the publications that we want to receive to the SFU, whenever they have changed.
 *
 * At most two requests are open: one in flight, and one that the port sends next. A newer set replaces the one that is
 * next. So neither memory nor log grow with the changes during a request that fails or hangs.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Queue from "effect/Queue"
import * as BackOff from "../../internal/BackOff.ts"
import type { SfuRequestError, SfuSession } from "../SfuClient.ts"
import type { CallState } from "./CallState.ts"
import type { ConnectionHealth } from "./ConnectionHealth.ts"

/**
 * A set is complete, so its cost is its size. After each set the sender pauses for one millisecond for this number of
 * subscriptions: then the cost of a join grows with the number of publications, and not with its square.
 */
const subscriptionsPerMilli = 100

export interface Options {
  readonly callState: Pick<CallState, "wanted" | "wantedChanged">
  readonly session: Pick<SfuSession, "updateSubscriptions">
  readonly health: Pick<ConnectionHealth, "failed" | "succeeded">
  readonly backOff: BackOff.Range
}

interface State {
  readonly options: Options
  /** The requests that have not ended: the one in flight, and the next one. */
  readonly open: Array<Fiber.Fiber<void>>
  newest: number
  newestAccepted: number
  /** Failures since the last success. */
  failures: number
  /** Whether one of them was reported. */
  isReported: boolean
  /** Closed while a failure has to be followed by a pause. */
  readonly mayContinue: Latch.Latch
}

/** A retry sends the newest set, after a pause that grows with the failures in a row. */
export const run = (options: Options): Effect.Effect<never> =>
  Effect.suspend(() => {
    const self: State = {
      options,
      open: [],
      newest: 0,
      newestAccepted: 0,
      failures: 0,
      isReported: false,
      mayContinue: Latch.makeUnsafe(true)
    }
    return Queue.take(options.callState.wantedChanged).pipe(
      Effect.andThen(pauseAfterFailure(self)),
      Effect.andThen(send(self)),
      Effect.flatMap((size) => size < subscriptionsPerMilli ? Effect.void : Effect.sleep(size / subscriptionsPerMilli)),
      Effect.forever
    )
  })

/** A success of the other request ends the pause. */
const pauseAfterFailure = (self: State): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { failures, mayContinue, options } = self
    if (mayContinue.isOpen()) return Effect.void
    return Effect.andThen(
      Effect.raceFirst(BackOff.pause(failures, options.backOff), mayContinue.await),
      mayContinue.open
    )
  })

/** Returns the size of the set. */
const send = Effect.fnUntraced(function*(self: State) {
  const { callState, session } = self.options
  const [, next] = self.open
  if (next !== undefined) yield* Fiber.interrupt(next)
  const number = ++self.newest
  const set = callState.wanted()
  const request = Effect.matchEffect(session.updateSubscriptions(set), {
    onSuccess: () => onSuccess(self, number),
    onFailure: (error) => onFailure(self, number, error)
  })
  const fiber: Fiber.Fiber<void> = yield* Effect.forkChild(
    Effect.ensuring(request, Effect.sync(() => self.open.splice(self.open.indexOf(fiber), 1)))
  )
  self.open.push(fiber)
  return set.length
})

/**
 * An older set that is accepted after a newer one may have reached the SFU last: two requests are open at the same time, and
 * nothing guarantees the order in which their fibers call the port. Then the newest set is sent again.
 */
const onSuccess = (self: State, number: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { failures, mayContinue, options: { callState, health } } = self
    if (number < self.newestAccepted) return Effect.asVoid(Queue.offer(callState.wantedChanged, undefined))
    self.newestAccepted = number
    self.failures = 0
    self.isReported = false
    const log = failures === 0 ? Effect.void : Effect.logInfo(`subscriptions are accepted after ${failures} failures`)
    return log.pipe(
      Effect.andThen(health.succeeded("Subscriptions")),
      Effect.andThen(mayContinue.open)
    )
  })

/**
 * The first refusal of a set is not reported if a newer set is next, which may be accepted. A set without an answer is
 * always reported. Only the first report in a row is a warning.
 */
const onFailure = Effect.fnUntraced(function*(self: State, number: number, error: SfuRequestError) {
  const { callState, health } = self.options
  if (number < self.newestAccepted) {
    // Without an answer: see `onSuccess`.
    if (!isAnswer(error)) yield* Queue.offer(callState.wantedChanged, undefined)
    return
  }
  const isReplaced = number !== self.newest
  if (++self.failures > 1 || !isReplaced || !isAnswer(error)) {
    const isKnown = self.isReported
    self.isReported = true
    yield* self.mayContinue.close
    yield* health.failed("Subscriptions", error, isKnown)
  }
  if (!isReplaced) yield* Queue.offer(callState.wantedChanged, undefined)
})

/** The SFU has received the set, and does not accept it. */
const isAnswer = ({ reason }: SfuRequestError): boolean => reason === "Refused" || reason === "Failed"
