/**
 * `npm run explore` runs each law of the resolver under at least 100,000 distinct schedules, with both kinds of time.
 * `npm run explore -- 9 5000` runs only the laws whose name starts with 9, under 5,000 schedules.
 */
import { Explore } from "effect-explore"
import { availableParallelism } from "node:os"
import { isMainThread, parentPort, Worker } from "node:worker_threads"
import { laws } from "../test/resolver/explorations.ts"

interface Job {
  readonly law: string
  readonly time: "idle" | "race"
  readonly distinct: number
}

interface Progress {
  readonly text: string
  /** Absent while the job runs. */
  readonly hasPassed?: boolean
}

const [lawPrefix = "", schedules = "100000"] = process.argv.slice(2)
const distinct = Number(schedules)

const count = (value: number) => value.toLocaleString("en")

const explore = ({ distinct, law, time }: Job, report: (progress: Progress) => void): void => {
  const name = `law ${law} (${time})`
  const startedAt = Date.now()
  let reported = 0
  const verdict = Explore.run(laws.find((other) => other.law === law)!.program(time), {
    time,
    distinct,
    schedules: Infinity,
    onProgress: ({ distinct }) => {
      if (distinct - reported < 25_000) return
      reported = distinct
      report({ text: `  ${count(distinct)} of ${name}` })
    }
  })
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0)
  const hasPassed = verdict._tag === "Passed"
  report({ text: `${hasPassed ? "" : "FAILED "}${name}: ${Explore.format(verdict)}; ${seconds} s`, hasPassed })
}

if (isMainThread) {
  const jobs = laws
    .filter(({ law }) => law.startsWith(lawPrefix))
    .flatMap(({ law }): ReadonlyArray<Job> => [{ law, time: "idle", distinct }, { law, time: "race", distinct }])
  let passed = 0
  let failed = 0
  for (let thread = 0; thread < availableParallelism(); thread++) {
    const worker = new Worker(new URL(import.meta.url))
    const next = () => {
      const job = jobs.shift()
      if (job === undefined) void worker.terminate()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      else worker.postMessage(job)
    }
    worker.on("message", ({ hasPassed, text }: Progress) => {
      process.stdout.write(`${text}\n`)
      if (hasPassed === undefined) return
      if (hasPassed) passed++
      else failed++
      next()
    })
    worker.on("error", (error) => {
      throw error
    })
    next()
  }
  process.on("exit", () => {
    process.stdout.write(`${passed} passed, ${failed} failed\n`)
    process.exitCode = failed === 0 && passed > 0 ? 0 : 1
  })
} else {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort!.on("message", (job: Job) => explore(job, (progress) => parentPort!.postMessage(progress)))
}
