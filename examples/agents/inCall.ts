/**
 * Runs a program in a call, and says on standard error what becomes of the call.
 */
import { StreamEdge } from "effect-track-resolver"
import type {
  EdgeError,
  EdgeState,
  LaggedError,
  PeerConnectionFactory,
  SfuClient,
  StreamEdgeOptions
} from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** How long a program may take to finish after it has left the call. */
const finishing = "10 seconds"

/**
 * Ends with the program. An interruption, as by Ctrl-C, leaves the call and then lets the program finish: for the program it is
 * the end of the call, so nothing that it has heard is lost. The exit is still an interruption.
 */
export const inCall = <E, R, E2, R2>(
  program: Effect.Effect<void, E, R>,
  options: StreamEdgeOptions,
  ports: Layer.Layer<SfuClient | PeerConnectionFactory, E2, R2>
): Effect.Effect<void, E | E2 | EdgeError | LaggedError, Exclude<R, StreamEdge> | R2> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const call = yield* Scope.make()
      const services = yield* restore(
        Layer.buildWithScope(Layer.provide(StreamEdge.layer(options), ports), call)
      ).pipe(Effect.onError((cause) => Scope.close(call, Exit.failCause(cause))))
      const watching = yield* Effect.forkChild(Effect.interruptible(Effect.provide(watch, services)))
      const running = yield* Effect.forkChild(Effect.interruptible(Effect.provide(program, services)))
      const exit = yield* Effect.exit(restore(Fiber.join(running)))
      yield* Scope.close(call, exit)
      if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) {
        yield* Effect.timeoutOption(Effect.interruptible(Fiber.await(running)), finishing)
      }
      yield* Fiber.interruptAll([running, watching])
      return yield* exit
    })
  )

const describe = (state: EdgeState): string | undefined => {
  switch (state._tag) {
    case "Joined":
      return "in the call; Ctrl-C leaves it"
    case "Degraded":
      return `in the call, but ${state.error.message}`
    case "Reconnecting":
      // The next attempts are told by their success, or by the end.
      return state.attempt === 1 ? `reconnecting: ${state.error.message}` : undefined
    case "Connecting":
    case "Left":
      return undefined
  }
}

const watch = StreamEdge.use(({ events, states }) =>
  Effect.all([
    Stream.runForEach(states, (state) => {
      const text = describe(state)
      return text === undefined ? Effect.void : Console.error(text)
    }),
    Stream.runForEach(events, (event) =>
      event._tag === "CallEnded" ? Console.error(`the call has ended (${event.reason})`) : Effect.void).pipe(
        // The program has the same failure.
        Effect.ignore
      )
  ], { concurrency: "unbounded", discard: true })
)
