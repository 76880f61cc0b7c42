/**
 * Callbacks of the host: a schedule that waits for one is not deadlocked.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { randomBytes } from "node:crypto"
import { lookup } from "node:dns"
import { readFile } from "node:fs"
import { createConnection } from "node:net"
import { setTimeout as setNodeTimeout } from "node:timers"
import { MessageChannel } from "node:worker_threads"
import { assert, describe, expect, test } from "vitest"

/** As a library has it that was loaded before the exploration. */
const savedSetTimeout = globalThis.setTimeout

describe("a callback of the host that never comes is named, and is no deadlock", () => {
  const waitFor = (begin: (end: () => void) => unknown) =>
    Effect.callback<void>((resume) => void begin(() => resume(Effect.void)))
  const exchange = (end: () => void) => {
    const { port1, port2 } = new MessageChannel()
    port1.once("message", () => {
      port1.close()
      end()
    })
    port2.postMessage("end")
  }
  const turn = async (end: () => void) => {
    await undefined
    end()
  }
  const programs: ReadonlyArray<
    readonly [name: string, tag: string, resource: string | undefined, Effect.Effect<void>]
  > = [
    ["a file", "Callback", "FSREQCALLBACK", waitFor((end) => readFile("package.json", end))],
    [
      "FileSystem",
      "Callback",
      "FSREQCALLBACK",
      FileSystem.FileSystem.use((fs) => Effect.orDie(fs.access("package.json"))).pipe(
        Effect.provide(NodeFileSystem.layer)
      )
    ],
    ["a socket", "Callback", "TCPWRAP", waitFor((end) => createConnection(1, "127.0.0.1").on("error", end))],
    ["a message channel", "Callback", "MESSAGEPORT", waitFor(exchange)],
    ["process.nextTick", "Callback", "TickObject", waitFor((end) => process.nextTick(end))],
    ["crypto", "Callback", "RANDOMBYTESREQUEST", waitFor((end) => randomBytes(8, end))],
    ["DNS", "Callback", "GETADDRINFOREQWRAP", waitFor((end) => lookup("localhost", end))],
    ["setImmediate", "Timer", undefined, waitFor((end) => setImmediate(end))],
    ["queueMicrotask", "Timer", undefined, waitFor((end) => queueMicrotask(end))],
    ["a timer of node:timers", "Timer", undefined, waitFor((end) => setNodeTimeout(end, 1))],
    ["a setTimeout that was saved before", "Timer", undefined, waitFor((end) => savedSetTimeout(end, 1))],
    [
      "AbortSignal.timeout",
      "Timer",
      undefined,
      waitFor((end) => AbortSignal.timeout(1).addEventListener("abort", end))
    ],
    ["await", "Promise", undefined, waitFor(turn)]
  ]
  test.each(programs)("%s", (_, tag, resource, program) => {
    const verdict = Explore.run(program)
    assert(verdict._tag === "Failed" && verdict.failure._tag === "Uncontrolled")
    const found = verdict.failure.operations.map(({ _tag, resource }) => ({ _tag, resource }))
    expect(found).toContainEqual({ _tag: tag, resource })
    expect(verdict.failure.operations.every(({ fiber }) => fiber === "main")).toBe(true)
  })

  test("output to the console is none", () => {
    // oxlint-disable-next-line no-console -- what is tested
    const log = Effect.sync(() => console.log("a line of the program"))
    const verdict = Explore.run(Effect.andThen(log, Effect.never))
    expect(verdict).toMatchObject({ _tag: "Failed", failure: { _tag: "Deadlock" } })
  })

  test("a callback that the program does not wait for is not reported", () => {
    const verdict = Explore.run(Effect.sync(() => process.nextTick(() => {})))
    expect(verdict).toMatchObject({ _tag: "Passed", uncontrolled: [], exhausted: { _tag: "All" } })
  })
})
