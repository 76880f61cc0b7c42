/**
 * Applies each mutant of `test/mutants/` to a copy of the project, and expects the test that guards the mutated line to
 * fail. Without a mutant each of these tests has to pass. The reports of the last `npm test` and `npm run test:long` show that;
 * tests that are in none run once more, and all of them if a file changed since.
 *
 * `npm run test:mutants -- "law 6"` applies the mutants whose rule begins with that.
 *
 * Workers (`mutant.ts`) apply the mutants and run the tests. A worker that a mutant blocks is killed and replaced.
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import type { Mutant, Order, Report } from "./mutant.ts"
import { copyProject, entries, folders } from "./mutation/copy.ts"

const mutantFolder = "test/mutants"
const mutants = readdirSync(mutantFolder).toSorted().flatMap((file): ReadonlyArray<Mutant> =>
  JSON.parse(readFileSync(join(mutantFolder, file), "utf8"))
)
const prefix = process.argv[2] ?? ""
/** "law 1" selects law 1 and not law 12. */
const isSelected = ({ rule }: Mutant): boolean =>
  rule.startsWith(prefix) && !(/\d$/.test(prefix) && /^\d/.test(rule.slice(prefix.length)))
const queue = mutants.filter(isSelected)

// --- Tests without a mutant ---

/** Duration of each test that passed, in milliseconds, by `file > name`. */
const passedMillis = new Map<string, number>()

const reports = ["tests", "tests-long"].map((name) => `node_modules/.cache/${name}.json`)

/** A report is valid as long as no file of the project changes. */
const readReport = (path: string): void => {
  if (!existsSync(path)) return
  const { startTime, testResults } = JSON.parse(readFileSync(path, "utf8"))
  const hasChanged = (file: string) => statSync(file).mtimeMs > startTime
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((file) => join(folder, `${file}`))
  )
  if ([...entries, ...files].some(hasChanged)) return
  for (const { assertionResults, name } of testResults) {
    for (const { duration, fullName, status } of assertionResults) {
      if (status === "passed") passedMillis.set(`${relative(process.cwd(), name)} > ${fullName}`, duration)
    }
  }
}

const runWithoutMutants = (): void => {
  reports.forEach(readReport)
  const files = new Set(queue.flatMap(({ test }) => passedMillis.has(test) ? [] : [test.split(" > ")[0]!]))
  if (files.size === 0) return
  execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...files], { stdio: "inherit" })
  reports.forEach(readReport)
}

// --- Workers ---

/** A test that blocks fails at this limit. A slow machine does not reach it. */
const limitOf = (test: string): number => 10_000 + 10 * (passedMillis.get(test) ?? 0)
/** Vitest fails a test at its limit, but not a test that never yields: the process is killed this much later. */
const graceMillis = 10_000
const loadingLimitMillis = 60_000

const copies = mkdtempSync(join(tmpdir(), "mutants-"))

const start = async (): Promise<ChildProcess> => {
  const copy = copyProject(copies)
  const child = fork(resolve("scripts/mutant.ts"), {
    cwd: copy,
    // A process group of its own, so that `stop` also kills the processes of vitest.
    detached: true,
    // Without the shared cache, a third of the work is the compilation of the dependencies, once for each test.
    // One seed: a mutant that few random inputs distinguish is killed in each run or in none.
    env: { SEED: "1", ...process.env, NODE_COMPILE_CACHE: resolve("node_modules/.cache/compiled") },
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })
  await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error("scripts/mutant.ts does not start")))
  ])
  return child
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  process.kill(-child.pid!, "SIGKILL")
  await once(child, "exit")
}

/** Number of failed tests: NaN if no test ran, Infinity if the process blocked or exited. */
const failures = (child: ChildProcess, order: Order): Promise<number> =>
  new Promise((done) => {
    const end = (failed: number) => {
      clearTimeout(limit)
      child.off("exit", onExit).off("message", onReport)
      done(failed)
    }
    const onExit = () => end(Infinity)
    const onReport = (report: Report) => {
      if (report._tag === "Ended") return end(report.passed + report.failed === 1 ? report.failed : NaN)
      clearTimeout(limit)
      limit = setTimeout(onExit, order.limitMillis + graceMillis)
    }
    let limit = setTimeout(onExit, loadingLimitMillis)
    child.on("exit", onExit).on("message", onReport)
    child.send(order)
  })

// --- Verdicts ---

let killed = 0
/** The lines of the mutants that survived. Printed again at the end, because a log may keep only its last lines. */
const survivors: Array<string> = []

const print = ({ breaks, file, rule, test }: Mutant, places: number, failed: number): void => {
  if (failed > 0) {
    killed++
    process.stdout.write(`killed    ${rule}: ${breaks}\n`)
    return
  }
  const reason = places !== 1
    ? `${file} contains its text ${places} times`
    : Number.isNaN(failed)
    ? "its test did not run"
    : "its test passed"
  survivors.push(`SURVIVED  ${rule}: ${breaks}\n          ${reason}: ${test}\n`)
  process.stdout.write(survivors.at(-1)!)
}

/* oxlint-disable no-await-in-loop -- each worker has one copy of the source */
const work = async (): Promise<void> => {
  let child = await start()
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const places = readFileSync(mutant.file, "utf8").split(mutant.before).length - 1
    const order = { mutant, limitMillis: limitOf(mutant.test) }
    const run = async () => {
      const failed = await failures(child, order)
      if (failed === Infinity || Number.isNaN(failed)) {
        await stop(child)
        child = await start()
      }
      return failed
    }
    let failed = places === 1 ? await run() : NaN
    // Once more: Vitest runs no test if its process does not start in time, and the timing of real sockets can hide a mutant.
    if (places === 1 && !(failed > 0)) failed = await run()
    print(mutant, places, failed)
  }
  await stop(child)
}
/* oxlint-enable no-await-in-loop */

if (queue.length === 0) {
  process.stderr.write(`No mutant has a rule that begins with "${prefix}".\n`)
} else {
  try {
    runWithoutMutants()
    // One mutant in five blocks, and its worker only waits for the limit: three workers for each core keep it busy.
    const workers = Math.min(queue.length, 3 * Math.min(availableParallelism(), 4))
    await Promise.all(Array.from({ length: workers }, work))
  } finally {
    rmSync(copies, { recursive: true, force: true })
  }
  process.stdout.write(`\n${survivors.join("")}${killed} killed, ${survivors.length} survived\n`)
}
process.exitCode = survivors.length === 0 && killed > 0 ? 0 : 1
