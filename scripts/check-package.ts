/**
 * Checks the tarballs of the three packages before anyone installs them: by publint, by the resolution of types of Are the
 * types wrong (ES modules only), and what is in them.
 */
import { checkPackage, createPackageFromTarballData, type Package } from "@arethetypeswrong/core"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, posix } from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { pack } from "./pack.ts"

/** The packages have no CommonJS, and `exports`, which TypeScript's resolution of 2016 does not read. */
const resolutionsOfCommonJs = new Set(["node10", "node16-cjs"])

const lint = async (tarball: Buffer<ArrayBuffer>): Promise<ReadonlyArray<string>> => {
  const { messages, pkg } = await publint({
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
    strict: true
  })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

const checkTypes = async (tarball: Package): Promise<ReadonlyArray<string>> => {
  const result = await checkPackage(tarball)
  if (result.types === false) return ["no types"]
  return result.problems
    .filter((problem) => !("resolutionKind" in problem && resolutionsOfCommonJs.has(problem.resolutionKind)))
    .map((problem) => `types: ${JSON.stringify(problem)}`)
}

/** No content twice, nothing of the tests, every source that a map names, and what people and coding agents read. */
const checkContents = (tarball: Package): ReadonlyArray<string> => {
  const root = `/node_modules/${tarball.packageName}/`
  const files = new Map(tarball.listFiles().map((path) => [path.slice(root.length), tarball.readFile(path)]))
  const problems: Array<string> = []
  const byContent = new Map<string, string>()
  for (const [path, content] of files) {
    // A module of types only: each compiles to the same line.
    if (!content.startsWith("export {};")) {
      const hash = createHash("sha256").update(content).digest("hex")
      const same = byContent.get(hash)
      if (same !== undefined) problems.push(`${path} has the content of ${same}`)
      byContent.set(hash, path)
    }
    if (/\.test\.|(^|\/)test\/|\.tsbuildinfo$/.test(path)) problems.push(`${path} is of no use to a user`)
    if (path.endsWith(".map")) {
      const { sources } = JSON.parse(content) as { readonly sources: ReadonlyArray<string> }
      const missing = sources.filter((source) => !files.has(posix.join(posix.dirname(path), source)))
      problems.push(...missing.map((source) => `${path} names ${source}, which is not in the tarball`))
    }
  }
  const wanted = ["AGENTS.md", "LICENSE", "README.md"].filter((path) => !files.has(path))
  problems.push(...wanted.map((path) => `${path} is missing`))
  if (!Array.from(files.keys()).some((path) => path.startsWith("ai-docs/01-"))) problems.push("ai-docs is missing")
  return problems
}

const folder = mkdtempSync(join(tmpdir(), "packages-"))
try {
  for (const [name, path] of pack(folder)) {
    const tarball = readFileSync(path)
    const contents = createPackageFromTarballData(tarball)
    // oxlint-disable-next-line no-await-in-loop -- each check needs much memory
    const problems = (await Promise.all([lint(tarball), checkTypes(contents), checkContents(contents)])).flat()
    for (const problem of problems) process.stderr.write(`${name}: ${problem}\n`)
    if (problems.length > 0) process.exitCode = 1
    process.stdout.write(`${name}: ${contents.listFiles().length} files, ${tarball.byteLength} bytes packed\n`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
