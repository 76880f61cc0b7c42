/**
 * Counts how often the functions and the blocks of source files run: V8's precise coverage. The count of a program is the
 * same on every machine, unlike its time. Loops inside V8's own functions are not in it.
 */
import { Session } from "node:inspector/promises"
import type { Profiler } from "node:inspector/promises"

/** Only code that V8 compiles after this call is counted by its blocks: call it before the code has run. */
export const startCounting = async (isCounted: (url: string) => boolean) => {
  const session = new Session()
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true })
  const take = async (): Promise<number> => {
    const { result } = await session.post("Profiler.takePreciseCoverage")
    return result.filter(({ url }) => isCounted(url)).flatMap(countsOf).reduce((sum, count) => sum + count, 0)
  }
  return {
    /** The executions of the program. */
    count: async (program: () => Promise<unknown>): Promise<number> => {
      await take()
      await program()
      return await take()
    },
    stop: () => session.disconnect()
  }
}

const countsOf = ({ functions }: Profiler.ScriptCoverage): ReadonlyArray<number> =>
  functions.flatMap(({ ranges }) => ranges.map(({ count }) => count))
