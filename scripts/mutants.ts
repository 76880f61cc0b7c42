/**
 * Breaks each line that a law rests on, in a copy of the project, and expects the test that guards it to go red; as it
 * stands, each has to be green.
 *
 * `npm run test:mutants -- 6` breaks only those whose law begins with 6.
 */
import { execFileSync, spawn } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"

interface Mutant {
  readonly law: string
  readonly file: string
  readonly before: string
  readonly after: string
  /** `file > name of the test` */
  readonly test: string
}

const all: ReadonlyArray<Mutant> = JSON.parse(readFileSync("test/mutants.json", "utf8"))
const wanted = process.argv[2] ?? ""
const queue = all.filter(({ law }) => law.startsWith(wanted))
/** A test that hangs is red as well; one that is slow, because the machine is, is not. */
const limitOf = (greenMillis: number): number => 10_000 + 10 * greenMillis

const copy = (): string => {
  const home = mkdtempSync(join(tmpdir(), "mutants-"))
  for (const entry of ["src", "test", "bench", "examples", "package.json", "vitest.config.ts"]) {
    cpSync(entry, join(home, entry), { recursive: true })
  }
  symlinkSync(resolve("node_modules"), join(home, "node_modules"))
  return home
}

/** How many tests failed: 0 is green; NaN, if none ran. */
const failures = (home: string, test: string): Promise<number> => {
  const limitMillis = limitOf(greenMillis.get(test) ?? 0)
  const [file, name] = test.split(" > ") as [string, string]
  const pattern = `^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`
  const vitest = resolve("node_modules/vitest/vitest.mjs")
  const report = join(home, "report.json")
  const args = [
    vitest,
    "run",
    file,
    "-t",
    pattern,
    "--reporter=json",
    `--outputFile=${report}`,
    `--testTimeout=${limitMillis}`
  ]
  rmSync(report, { force: true })
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: home, stdio: "ignore" })
    const limit = setTimeout(() => child.kill("SIGKILL"), limitMillis + 20_000)
    child.on("close", (code) => {
      clearTimeout(limit)
      if (code === null) return done(1)
      // A process that dies of the mutant is as red as can be; one whose tests do not even load has no test that failed.
      if (!existsSync(report)) return done(1)
      const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, "utf8"))
      done(numFailedTests + numPassedTests === 1 ? numFailedTests : NaN)
    })
  })
}

const verdicts = { killed: 0, survived: 0 }

const work = async (home: string): Promise<void> => {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const { after, before, file, law, test } = mutant
    const path = join(home, file)
    const source = readFileSync(path, "utf8")
    const places = source.split(before).length - 1
    if (places === 1) writeFileSync(path, source.replace(before, () => after))
    // oxlint-disable-next-line no-await-in-loop -- each worker has one copy of the source
    const failed = places === 1 ? await failures(home, test) : NaN
    writeFileSync(path, source)
    const isKilled = failed > 0
    verdicts[isKilled ? "killed" : "survived"]++
    const why = places !== 1
      ? `its text is found ${places} times in ${file}`
      : Number.isNaN(failed)
      ? "its test did not run"
      : "its test stays green"
    process.stdout.write(isKilled ? `killed    ${law}\n` : `SURVIVED  ${law}: ${why} (${test})\n`)
  }
}

/** How long each test takes as it stands. */
const greenMillis = new Map<string, number>()

const runGreen = (): void => {
  const home = mkdtempSync(join(tmpdir(), "green-"))
  const report = join(home, "report.json")
  try {
    const files = Array.from(new Set(queue.map(({ test }) => test.split(" > ")[0]!)))
    const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`]
    execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...reporters, ...files], {
      stdio: "inherit"
    })
    for (const { assertionResults, name } of JSON.parse(readFileSync(report, "utf8")).testResults) {
      for (const { duration, fullName } of assertionResults) {
        greenMillis.set(`${relative(process.cwd(), name)} > ${fullName}`, duration)
      }
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

runGreen()
const homes = Array.from({ length: Math.min(availableParallelism(), 4) }, copy)
try {
  await Promise.all(homes.map(work))
} finally {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
}
process.stdout.write(`${verdicts.killed} killed, ${verdicts.survived} survived\n`)
process.exitCode = verdicts.survived === 0 && verdicts.killed > 0 ? 0 : 1
