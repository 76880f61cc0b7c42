/**
 * The recorder of the README, in two processes one after the other.
 */
import { Trace } from "effect-track-resolver"
import * as Result from "effect/Result"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { expect, onTestFinished, test } from "vitest"

test("the recorder of the README writes a file of its own for each start of the process", () => {
  const directory = mkdtempSync(join(tmpdir(), "traces-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const program = resolve("test/docs/recorded-call.ts")
  for (let start = 0; start < 2; start++) {
    execFileSync(process.execPath, ["--conditions=effect-track-resolver:source", program], { cwd: directory })
  }
  const files = readdirSync(directory)
  expect(files).toHaveLength(2)
  for (const file of files) {
    expect(file).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}-1\.jsonl$/)
    expect(Result.isSuccess(Trace.parse(readFileSync(join(directory, file), "utf8")))).toBe(true)
  }
})
