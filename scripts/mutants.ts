/**
 * Applies each mutant of `test/mutants/` in a copy of the project and expects the test that guards its line to fail.
 * Without mutants each of these tests has to pass: the report of the last `npm test` says so, or, if a file changed since,
 * another run of them.
 *
 * `npm run test:mutants -- "law 6"` applies only those whose rule begins with that.
 *
 * Workers (`mutant.ts`) apply the mutants and run the tests; a worker that a mutant hangs is killed and replaced.
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
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync
} from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import type { Mutant, Order, Report } from "./mutant.ts"

const mutants = "test/mutants"
const all = readdirSync(mutants).toSorted().flatMap((file): ReadonlyArray<Mutant> =>
  JSON.parse(readFileSync(join(mutants, file), "utf8"))
)
const wanted = process.argv[2] ?? ""
const queue = all.filter(({ rule }) => rule.startsWith(wanted))

/** What is copied. A report of the tests is valid as long as none of it changes. */
const folders = ["src", "test", "bench", "docs", "examples", "packages"].filter((folder) => existsSync(folder))
const entries = [...folders, "README.md", "package.json", "vitest.config.ts"]
const workspaces = new Set(["effect-explore", "effect-track-resolver", "effect-track-resolver-loopback"])

/** How long each test takes without a mutant. */
const greenMillis = new Map<string, number>()

const readGreen = (): void => {
  const path = "node_modules/.cache/tests.json"
  if (!existsSync(path)) return
  const { startTime, testResults } = JSON.parse(readFileSync(path, "utf8"))
  const changed = (file: string) => statSync(file).mtimeMs > startTime
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((file) => join(folder, `${file}`))
  )
  if ([...entries, ...files].some(changed)) return
  for (const { assertionResults, name } of testResults) {
    for (const { duration, fullName, status } of assertionResults) {
      if (status === "passed") greenMillis.set(`${relative(process.cwd(), name)} > ${fullName}`, duration)
    }
  }
}

readGreen()
if (queue.some(({ test }) => !greenMillis.has(test))) {
  const files = new Set(queue.map(({ test }) => test.split(" > ")[0]!))
  execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...files], { stdio: "inherit" })
  readGreen()
}

/** A test that hangs fails as well; one that is slow because the machine is does not. */
const limitOf = (test: string): number => 10_000 + 10 * (greenMillis.get(test) ?? 0)
/** Vitest fails a test at its limit, unless the test never yields. */
const graceMillis = 10_000
const loadingLimitMillis = 60_000

const homes = mkdtempSync(join(tmpdir(), "mutants-"))

const start = async (): Promise<ChildProcess> => {
  const home = mkdtempSync(join(homes, "home-"))
  for (const entry of entries) cpSync(entry, join(home, entry), { recursive: true })
  // The packages of this repository link to the copy, or their mutants would have no effect.
  mkdirSync(join(home, "node_modules"))
  for (const name of readdirSync("node_modules")) {
    const link = workspaces.has(name) ? readlinkSync(join("node_modules", name)) : resolve("node_modules", name)
    symlinkSync(link, join(home, "node_modules", name))
  }
  const child = fork(resolve("scripts/mutant.ts"), {
    cwd: home,
    // A process group of its own, killed with everything that it started.
    detached: true,
    // Compiling the dependencies anew for each test would be a third of the work.
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

/** The number of failed tests: NaN if none ran, Infinity if the process hung or ended. */
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

const verdicts = { killed: 0, survived: 0 }

/* oxlint-disable no-await-in-loop -- each worker has one copy of the source */
const work = async (): Promise<void> => {
  let child = await start()
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const { before, breaks, file, rule, test } = mutant
    const places = readFileSync(file, "utf8").split(before).length - 1
    const failed = places === 1 ? await failures(child, { mutant, limitMillis: limitOf(test) }) : NaN
    if (failed === Infinity) {
      await stop(child)
      child = await start()
    }
    const isKilled = failed > 0
    verdicts[isKilled ? "killed" : "survived"]++
    const why = places !== 1
      ? `its text is found ${places} times in ${file}`
      : Number.isNaN(failed)
      ? "its test did not run"
      : "its test stays green"
    process.stdout.write(
      isKilled ? `killed    ${rule}: ${breaks}\n` : `SURVIVED  ${rule}: ${breaks}: ${why} (${test})\n`
    )
  }
  await stop(child)
}
/* oxlint-enable no-await-in-loop */

try {
  // One mutant in five hangs, and its process only waits for the limit: three for each core keep it busy.
  await Promise.all(Array.from({ length: 3 * Math.min(availableParallelism(), 4) }, work))
} finally {
  rmSync(homes, { recursive: true, force: true })
}
process.stdout.write(`${verdicts.killed} killed, ${verdicts.survived} survived\n`)
process.exitCode = verdicts.survived === 0 && verdicts.killed > 0 ? 0 : 1
