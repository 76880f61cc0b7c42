/**
 * Mutates every line of `src/resolver` and expects the tests of the resolver to notice. A mutant is killed by a script that
 * tells it from the model, by the compiler, or by a test; the first two take milliseconds and come first. The survivors have to
 * be in `test/mutation/resolver-equivalent.json`, each with the reason why nobody can notice it.
 *
 * `npm run test:mutation` resumes the last run: verdicts are kept in `node_modules/.cache/mutation.json` until the mutated file
 * changes, except those of survivors. `--fresh` forgets them, `--minutes 3` stops after that time, `--file Draft` selects files,
 * `--stage scripts` runs only the scripts.
 */
import { type ChildProcess, fork } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { copyProject } from "./mutation/copy.ts"
import { apply, changesOf, linesOf } from "./mutation/generate.ts"
import type { ScriptsOrder, ScriptsReport } from "./mutation/scripts-worker.ts"
import type { TestsOrder, TestsReport } from "./mutation/tests-worker.ts"
import * as Types from "./mutation/types.ts"

const { values: flags } = parseArgs({
  options: {
    fresh: { type: "boolean", default: false },
    minutes: { type: "string", default: "Infinity" },
    file: { type: "string", default: "" },
    stage: { type: "string", default: "tests" },
    cache: { type: "string", default: "node_modules/.cache/mutation.json" }
  }
})

const { cache } = flags
const endsAt = Date.now() + Number(flags.minutes) * 60_000

/** The files that a script plays: `Correlation` and what it imports. */
const isPlayed = (file: string): boolean =>
  /\/(?:Correlation|Matching|Pairing|Rejections|internal\/(?:Draft|OrderedMap|Snapshot|State))\.ts$/.test(file)

/**
 * The test files in groups, the fast ones first. The tests of random scripts play few of them, because the scripts of a played
 * file were played before.
 */
const groups = [
  ["waiting"],
  ["Runtime", "Trace", "TraceFormat", "TraceRecorder", "ResolveError", "arguments", "preemption"],
  ["internal/OrderedMap", "internal/State", "evidence", "original-cases"],
  ["Correlation", "known-defects"],
  ["replay", "TrackResolver"],
  ["changes"],
  ["explorations"],
  ["stress"]
].map((names) => names.map((name) => `test/resolver/${name}.test.ts`))

// --- Mutants ---

interface Mutant {
  /** The file, the changed lines and their text, which do not depend on the other lines. */
  readonly id: string
  readonly file: string
  readonly before: string
  readonly after: string
  readonly source: string
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16)

const mutantsOf = (file: string): ReadonlyArray<Mutant> => {
  const original = readFileSync(file, "utf8")
  return changesOf(file, original).flatMap((change): ReadonlyArray<Mutant> => {
    const source = apply(original, change)
    const { after, before } = linesOf(original, change)
    return [{ id: hashOf(file + source), file, before, after, source }]
  })
}

const files = globSync("src/resolver/**/*.ts").filter((file) => file.includes(flags.file)).toSorted()
const mutants = Array.from(new Map(files.flatMap(mutantsOf).map((mutant) => [mutant.id, mutant])).values())

// --- Verdicts ---

interface Verdict {
  readonly killedBy?: string
  /** The stage that the mutant has survived. */
  readonly survived?: "scripts" | "compiler" | "tests"
  /** The groups of tests that the mutant has survived, each with a hash of its files. */
  readonly passed?: ReadonlyArray<string>
  /** A script that the mutant decides otherwise. */
  readonly difference?: string | undefined
}

const verdicts = new Map<string, Verdict>(
  existsSync(cache) && !flags.fresh ? Object.entries(JSON.parse(readFileSync(cache, "utf8"))) : []
)

const decide = (id: string, verdict: Verdict): void => {
  verdicts.set(id, verdict)
  mkdirSync(dirname(cache), { recursive: true })
  writeFileSync(cache, JSON.stringify(Object.fromEntries(verdicts), null, 1))
}

interface Equivalent {
  readonly file: string
  readonly before: string
  readonly after: string
  readonly reason: string
}

const equivalents: ReadonlyArray<Equivalent> = JSON.parse(
  readFileSync("test/mutation/resolver-equivalent.json", "utf8")
)

const isMutant = (mutant: Mutant) => ({ after, before, file }: Equivalent): boolean =>
  file === mutant.file && before === mutant.before && after === mutant.after

// --- Workers ---

interface Worker<Order, Report> {
  /** Undefined if the mutant blocks or ends the process. */
  readonly run: (order: Order, silenceMillis: number) => Promise<Report | undefined>
  readonly stop: () => Promise<void>
}

/** A worker that sends nothing for the `silenceMillis` of its order is blocked by its mutant. */
const startWorker = <Order extends object, Report>(
  script: string,
  cwd: () => string
): Worker<Order, Report> => {
  let child: ChildProcess | undefined
  const start = async (): Promise<ChildProcess> => {
    const started = fork(resolve(script), {
      cwd: cwd(),
      detached: true,
      execArgv: ["--disable-warning=ExperimentalWarning", "--conditions=effect-track-resolver:source"],
      env: { ...process.env, SEED: "1", SCRIPTS: "200" },
      stdio: ["ignore", "ignore", "inherit", "ipc"]
    })
    await Promise.race([
      once(started, "message"),
      once(started, "exit").then(() => Promise.reject(new Error(`${script} does not start`)))
    ])
    return started
  }
  const stop = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    process.kill(-child.pid!, "SIGKILL")
    await once(child, "exit")
  }
  return {
    stop,
    run: async (order, silenceMillis) => {
      child ??= await start()
      const current = child
      const report = await new Promise<Report | undefined>((done) => {
        const end = (report: Report | undefined) => {
          clearTimeout(limit)
          current.off("message", onMessage).off("exit", onSilence)
          done(report)
        }
        const onSilence = () => end(undefined)
        const onMessage = (message: Report | string) => {
          if (typeof message === "object") return end(message as Report)
          clearTimeout(limit)
          limit = setTimeout(onSilence, silenceMillis)
        }
        let limit = setTimeout(onSilence, silenceMillis)
        current.on("message", onMessage).on("exit", onSilence)
        current.send(order)
      })
      if (report === undefined) {
        await stop()
        child = undefined
      }
      return report
    }
  }
}

// --- Groups of tests ---

interface Group {
  readonly tests: ReadonlyArray<string>
  /** The files and a hash of their text. */
  readonly id: string
}

const groupOf = (tests: ReadonlyArray<string>): Group => ({
  tests,
  id: `${tests.join(" ")} ${hashOf(tests.map((test) => readFileSync(test)).join())}`
})

/** Of the groups, those whose tests take less than a second each. */
const fastGroups = 3

const sharedGroups = groups.map(groupOf)

/** The test of the mutated file comes first, then the groups. */
const groupsOf = (file: string): ReadonlyArray<Group> => {
  const own = file.replace("src", "test").replace(/\.ts$/, ".test.ts")
  const isFast = !groups.slice(fastGroups).flat().includes(own)
  return existsSync(own) && isFast ? [groupOf([own]), ...sharedGroups] : sharedGroups
}

// --- Stages ---

const blocked = "a script or a test that does not end"

/** Mutants without a verdict of this stage. */
const remaining = (isDue: (verdict: Verdict | undefined) => boolean): ReadonlyArray<Mutant> =>
  mutants.filter(({ id }) => isDue(verdicts.get(id)))

/* oxlint-disable no-await-in-loop -- one worker runs one order after the other */
const checkPlayed = async (queue: Array<Mutant>, types: () => Types.Types): Promise<void> => {
  const worker = startWorker<ScriptsOrder, ScriptsReport>("scripts/mutation/scripts-worker.ts", process.cwd)
  const play = async (mutant: Mutant, count: number): Promise<Verdict> => {
    const { file, id, source } = mutant
    const report = await worker.run({ id, file, source, count }, 10_000)
    if (report === undefined) return { killedBy: blocked }
    const { difference, killedBy } = report
    return killedBy === undefined ? { survived: "scripts", difference } : { killedBy }
  }
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    if (Date.now() > endsAt) break
    let verdict = await play(mutant, 40)
    if (verdict.killedBy === undefined) {
      const error = types().errorOf(mutant.file, mutant.source)
      verdict = error === undefined ? await play(mutant, 400) : { killedBy: `the compiler: ${error}` }
    }
    decide(mutant.id, verdict)
  }
  await worker.stop()
}

const checkOthers = (types: () => Types.Types): void => {
  for (const mutant of remaining((verdict) => verdict === undefined).filter(({ file }) => !isPlayed(file))) {
    if (Date.now() > endsAt) return
    const error = types().errorOf(mutant.file, mutant.source)
    decide(mutant.id, error === undefined ? { survived: "compiler" } : { killedBy: `the compiler: ${error}` })
  }
}

const groupsOfFiles = new Map(files.map((file) => [file, groupsOf(file)]))

/** The groups of tests that the mutant has not survived. */
const groupsLeft = ({ file, id }: Mutant): ReadonlyArray<Group> =>
  groupsOfFiles.get(file)!.filter((group) => !verdicts.get(id)!.passed?.includes(group.id))

/** Far more than a test takes, also on a loaded machine. */
const longestTestMillis = 60_000

const runTests = async (): Promise<void> => {
  const due = remaining((verdict) => verdict?.survived !== undefined)
    .filter((mutant) => !equivalents.some(isMutant(mutant)))
    .filter((mutant) => groupsLeft(mutant).length > 0)
  if (due.length === 0 || Date.now() > endsAt) return
  const copies = mkdtempSync(join(tmpdir(), "mutation-"))
  const worker = startWorker<TestsOrder, TestsReport>(
    "scripts/mutation/tests-worker.ts",
    () => copyProject(copies)
  )
  try {
    const passedWithoutMutant = new Set<string>()
    const expectPass = async (file: string, { id, tests }: Group): Promise<void> => {
      if (passedWithoutMutant.has(id)) return
      const report = await worker.run({ file, source: readFileSync(file, "utf8"), tests }, longestTestMillis)
      const failed = report === undefined ? blocked : report.killedBy
      if (failed !== undefined) throw new Error(`without a mutant, this test fails: ${failed}`)
      passedWithoutMutant.add(id)
    }
    const run = async ({ file, id, source }: Mutant, group: Group): Promise<void> => {
      await expectPass(file, group)
      const report = await worker.run({ file, source, tests: group.tests }, longestTestMillis)
      const killedBy = report === undefined ? blocked : report.killedBy
      if (killedBy !== undefined) return decide(id, { killedBy })
      const verdict = verdicts.get(id)!
      decide(id, { ...verdict, passed: [...verdict.passed ?? [], group.id] })
    }
    // Each group of tests for all mutants, so that the slow tests see only the survivors of the fast ones.
    for (let left = Math.max(...due.map((mutant) => groupsLeft(mutant).length)); left > 0; left--) {
      for (const mutant of due) {
        if (verdicts.get(mutant.id)!.killedBy !== undefined) continue
        const [group, ...others] = groupsLeft(mutant)
        if (group === undefined || others.length + 1 < left) continue
        if (Date.now() > endsAt) return
        await run(mutant, group)
        if (others.length === 0 && verdicts.get(mutant.id)!.killedBy === undefined) {
          decide(mutant.id, { ...verdicts.get(mutant.id), survived: "tests" })
        }
      }
    }
  } finally {
    await worker.stop()
    rmSync(copies, { recursive: true, force: true })
  }
}
/* oxlint-enable no-await-in-loop */

let lazyTypes: Types.Types | undefined
const types = () => lazyTypes ??= Types.make()
const played = remaining((verdict) => verdict === undefined).filter(({ file }) => isPlayed(file))
// While a mutant blocks one worker, the other one works.
await Promise.all([checkPlayed(played, types), checkPlayed(played, types)])
checkOthers(types)
if (flags.stage === "tests") await runTests()

// --- Report ---

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const counts = { compiler: 0, scripts: 0, tests: 0, equivalent: 0, unexplained: 0, open: 0 }
const survivors = mutants.filter((mutant) => {
  const verdict = verdicts.get(mutant.id)
  const isListed = equivalents.some(isMutant(mutant))
  if (verdict?.killedBy !== undefined) {
    const by = verdict.killedBy
    counts[
      by.startsWith("the compiler")
        ? "compiler"
        : isPlayed(mutant.file) && /script|exception/.test(by)
        ? "scripts"
        : "tests"
    ]++
    return false
  }
  if (isListed) counts.equivalent++
  else if (verdict?.survived === "tests") counts.unexplained++
  else counts.open++
  return !isListed && verdict?.survived !== undefined
})
for (const { after, before, file, id } of survivors) {
  const { difference, survived } = verdicts.get(id)!
  print(
    `\nsurvived the ${survived}: ${file}\n- ${before.replaceAll("\n", "\n- ")}\n+ ${after.replaceAll("\n", "\n+ ")}`
  )
  if (difference !== undefined) print(`  decides otherwise in ${difference}`)
}
const stale = equivalents.filter((entry) =>
  files.includes(entry.file) &&
  !mutants.some((mutant) => isMutant(mutant)(entry) && verdicts.get(mutant.id)?.killedBy === undefined)
)
for (const { after, file } of stale) {
  print(`listed as equivalent, but it is killed or does not exist: ${file}: ${after}`)
}
print(
  `${mutants.length} mutants: ${counts.compiler} do not compile, ${counts.scripts} killed by scripts, ${counts.tests} by tests, `
    + `${counts.equivalent} equivalent, ${counts.unexplained} unexplained, ${counts.open} not run to the end`
)
process.exitCode = counts.unexplained + counts.open + stale.length === 0 ? 0 : 1
