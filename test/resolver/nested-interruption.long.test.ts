/**
 * A limit of Effect that the doc comment of `TrackResolver.resolve` states. The second test fails if Effect lifts it.
 */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, test } from "vitest"

/** In a process of its own, because too long a chain may abort it, or take minutes and gigabytes. */
const endedOf = async (length: number, timeout: number): Promise<number> => {
  const program = promisify(execFile)(process.execPath, ["test/resolver/nested-interruption.ts", `${length}`], {
    timeout,
    killSignal: "SIGKILL"
  })
  return program.then(({ stdout }) => Number(stdout), () => 0)
}

test("a chain of 400 fibers that await the interruption of the next one ends", async () => {
  expect(await endedOf(400, 60_000)).toBe(400)
})

test("Effect loses fibers of a chain of 2,000, aborts the process, or does not end in ten seconds", async () => {
  expect(await endedOf(2_000, 10_000)).toBeLessThan(2_000)
})
