/**
 * The code blocks of the README are the files in `readme/`, which are type-checked and run.
 */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const readme = readFileSync(pathOf("../README.md"), "utf8")
const blocks = Array.from(
  readme.matchAll(/^```(\w*)\n([^]*?)^```$/gm),
  ([, language = "", text = ""]) => ({ language, text })
)
const blocksOf = (language: string) => blocks.filter((block) => block.language === language).map(({ text }) => text)

test("each code block is a file in readme/, and each file is a code block", () => {
  const files = readdirSync(pathOf("readme")).map((name) => readFileSync(pathOf(`readme/${name}`), "utf8"))
  expect(blocksOf("ts").toSorted()).toEqual(files.toSorted())
})

test("the first program prints the report below it", () => {
  const report = execFileSync(
    process.execPath,
    ["--conditions=effect-track-resolver:source", "--disable-warning=ExperimentalWarning", "lost-update.ts"],
    { cwd: pathOf("readme"), encoding: "utf8" }
  )
  expect(blocksOf("")[0]).toBe(report)
})
