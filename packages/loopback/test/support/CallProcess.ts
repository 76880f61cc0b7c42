/**
 * Programs in processes of their own, in the call of the loopback SFU.
 */
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import type * as EventLog from "./EventLog.ts"

/** `args`: of Node. `stderr`: "inherit" shows it beside the tests' own output. */
interface CallProcess {
  readonly args: ReadonlyArray<string>
  readonly callId: string
  readonly userId: string
  readonly stderr: "inherit" | "pipe"
}

/** Killed with the scope, which then waits for its end. */
export const start = Effect.fnUntraced(function*({ args, callId, stderr, userId }: CallProcess) {
  const { apiKey, apiSecret, coordinatorUrl } = yield* LoopbackSfu
  return yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--conditions=effect-track-resolver:source", ...args], {
        stdio: ["ignore", "pipe", stderr],
        env: {
          ...process.env,
          STREAM_API_KEY: apiKey,
          STREAM_API_SECRET: Redacted.value(apiSecret),
          STREAM_BASE_URL: coordinatorUrl,
          STREAM_CALL_TYPE: "default",
          STREAM_CALL_ID: callId,
          STREAM_USER_ID: userId
        }
      })
    ),
    (child) =>
      Effect.callback<void>((resume) => {
        if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      })
  )
})

/** Each whole line of a stream. */
export const readLines = (stream: NodeJS.ReadableStream, lines: EventLog.EventLog<string>): void => {
  let rest = ""
  stream.setEncoding("utf8")
  stream.on("data", (text: string) => {
    const parts = (rest + text).split("\n")
    rest = parts.pop() ?? ""
    parts.forEach(lines.add)
  })
}
