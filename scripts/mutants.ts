/**
 * Applies each mutant of `test/mutants/` to a copy of the project, and expects the test that guards the mutated line to
 * fail. Without a mutant each of these tests has to pass. The report of the last `npm test` shows that; if a file changed
 * since, the test files run once more.
 *
 * `npm run test:mutants -- "law 6"` applies the mutants whose rule begins with that.
 *
 * Workers (`mutant.ts`) apply the mutants and run the tests. A worker that a mutant blocks is killed and replaced.
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process"
import { once } from "node:events"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync
} from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import type { Mutant, Order, Report } from "./mutant.ts"

const mutantFolder = "test/mutants"
const mutants = readdirSync(mutantFolder).toSorted().flatMap((file): ReadonlyArray<Mutant> =>
  JSON.parse(readFileSync(join(mutantFolder, file), "utf8"))
)
const prefix = process.argv[2] ?? ""
/** "law 1" selects law 1 and not law 12. */
const isSelected = ({ rule }: Mutant): boolean =>
  rule.startsWith(prefix) && !(/\d$/.test(prefix) && /^\d/.test(rule.slice(prefix.length)))
const queue = mutants.filter(isSelected)

/** The copied files. A report of the tests is valid as long as none of them changes. */
const folders = ["src", "test", "bench", "docs", "examples", "packages"].filter((folder) => existsSync(folder))
const entries = [...folders, "README.md", "package.json", "vitest.config.ts"]

// --- Tests without a mutant ---

/** Duration of each test that passed, in milliseconds, by `file > name`. */
const passedMillis = new Map<string, number>()

const readReport = (): void => {
  const path = "node_modules/.cache/tests.json"
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
  readReport()
  if (queue.every(({ test }) => passedMillis.has(test))) return
  const files = new Set(queue.map(({ test }) => test.split(" > ")[0]!))
  execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...files], { stdio: "inherit" })
  readReport()
}

// --- Workers ---

/** A test that blocks fails at this limit. A slow machine does not reach it. */
const limitOf = (test: string): number => 10_000 + 10 * (passedMillis.get(test) ?? 0)
/** Vitest fails a test at its limit, but not a test that never yields: the process is killed this much later. */
const graceMillis = 10_000
const loadingLimitMillis = 60_000

const copies = mkdtempSync(join(tmpdir(), "mutants-"))

/** Links the dependencies. A package of this repository becomes a link to its copy, or its mutants would have no effect. */
const linkDependencies = (copy: string): void => {
  mkdirSync(join(copy, "node_modules"))
  for (const name of readdirSync("node_modules")) {
    const path = resolve("node_modules", name)
    const source = relative(process.cwd(), realpathSync(path))
    const isWorkspace = !source.startsWith("..") && !source.startsWith("node_modules")
    symlinkSync(isWorkspace ? join(copy, source) : path, join(copy, "node_modules", name))
  }
}

const start = async (): Promise<ChildProcess> => {
  const copy = mkdtempSync(join(copies, "copy-"))
  for (const entry of entries) cpSync(entry, join(copy, entry), { recursive: true })
  linkDependencies(copy)
  const child = fork(resolve("scripts/mutant.ts"), {
    cwd: copy,
    // A process group of its own, so that `stop` also kills the processes of vitest.
    detached: true,
    // Without the shared cache, a third of the work is the compilation of the dependencies, once for each test.
    env: { ...process.env, NODE_COMPILE_CACHE: resolve("node_modules/.cache/compiled") },
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

const verdicts = { killed: 0, survived: 0 }

const print = ({ breaks, file, rule, test }: Mutant, places: number, failed: number): void => {
  if (failed > 0) {
    verdicts.killed++
    process.stdout.write(`killed    ${rule}: ${breaks}\n`)
    return
  }
  verdicts.survived++
  const reason = places !== 1
    ? `${file} contains its text ${places} times`
    : Number.isNaN(failed)
    ? "its test did not run"
    : "its test passed"
  process.stdout.write(`SURVIVED  ${rule}: ${breaks}\n          ${reason}: ${test}\n`)
}

/* oxlint-disable no-await-in-loop -- each worker has one copy of the source */
const work = async (): Promise<void> => {
  let child = await start()
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const places = readFileSync(mutant.file, "utf8").split(mutant.before).length - 1
    const failed = places === 1 ? await failures(child, { mutant, limitMillis: limitOf(mutant.test) }) : NaN
    if (failed === Infinity) {
      await stop(child)
      child = await start()
    }
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
  process.stdout.write(`${verdicts.killed} killed, ${verdicts.survived} survived\n`)
}
process.exitCode = verdicts.survived === 0 && verdicts.killed > 0 ? 0 : 1
