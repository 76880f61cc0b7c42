/**
 * A program of `examples/agents` in a process of its own, in the call of the loopback SFU. Its user id is its name.
 */
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import * as EventLog from "./EventLog.ts"

export interface AgentProcess {
  /** Its lines on standard output, and on standard error. */
  readonly output: EventLog.EventLog<string>
  readonly errors: EventLog.EventLog<string>
  readonly interrupt: Effect.Effect<void>
  /** Waits until it ends, and returns its exit code: null, if a signal has ended it. */
  readonly exitCode: Effect.Effect<number | null>
}

const flags = ["--disable-warning=ExperimentalWarning", "--conditions=effect-track-resolver:source"]

/** Each whole line of a stream. */
const readLines = (stream: NodeJS.ReadableStream, lines: EventLog.EventLog<string>): void => {
  let rest = ""
  stream.setEncoding("utf8")
  stream.on("data", (text: string) => {
    const parts = (rest + text).split("\n")
    rest = parts.pop() ?? ""
    parts.forEach(lines.add)
  })
}

/** Killed with the scope. */
export const start = Effect.fnUntraced(function*(name: string, args: ReadonlyArray<string> = []) {
  const { apiKey, apiSecret, coordinatorUrl } = yield* LoopbackSfu
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [...flags, "examples/agents/main.ts", name, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          STREAM_API_KEY: apiKey,
          STREAM_API_SECRET: Redacted.value(apiSecret),
          STREAM_BASE_URL: coordinatorUrl,
          STREAM_CALL_TYPE: "default",
          STREAM_CALL_ID: "agents",
          STREAM_USER_ID: name
        }
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const output = EventLog.make<string>()
  const errors = EventLog.make<string>()
  readLines(child.stdout, output)
  readLines(child.stderr, errors)
  const agent: AgentProcess = {
    output,
    errors,
    interrupt: Effect.sync(() => child.kill("SIGINT")),
    // After its last line.
    exitCode: Effect.callback<number | null>((resume) => {
      if (child.exitCode !== null && child.stdout.closed) return resume(Effect.succeed(child.exitCode))
      child.once("close", (code) => resume(Effect.succeed(code)))
    })
  }
  return agent
})
