/**
 * A program of `examples/agents` in a process of its own, in the call of the loopback SFU. Its user id is its name.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as CallProcess from "./CallProcess.ts"
import * as EventLog from "./EventLog.ts"

export interface AgentProcess {
  /** Its lines on standard output, and on standard error. */
  readonly output: EventLog.EventLog<string>
  readonly errors: EventLog.EventLog<string>
  readonly interrupt: Effect.Effect<void>
  /** Waits until it ends, and returns its exit code: null, if a signal has ended it. */
  readonly exitCode: Effect.Effect<number | null>
}

/** Killed with the scope. */
export const start = Effect.fnUntraced(function*(name: string, args: ReadonlyArray<string> = []) {
  const child = yield* CallProcess.start({
    args: ["--disable-warning=ExperimentalWarning", "examples/agents/main.ts", name, ...args],
    callId: "agents",
    userId: name,
    stderr: "pipe"
  })
  const output = EventLog.make<string>()
  const errors = EventLog.make<string>()
  CallProcess.readLines(child.stdout!, output)
  CallProcess.readLines(child.stderr!, errors)
  const exitCode = Deferred.makeUnsafe<number | null>()
  // After its last line.
  child.once("close", (code) => Deferred.doneUnsafe(exitCode, Effect.succeed(code)))
  const agent: AgentProcess = {
    output,
    errors,
    interrupt: Effect.sync(() => child.kill("SIGINT")),
    exitCode: Deferred.await(exitCode)
  }
  return agent
})
