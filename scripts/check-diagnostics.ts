/**
 * Checks that Effect's diagnostics run: writes a file with a mistake, and expects them to find it.
 *
 * If the plugin is not loaded, the diagnostics find no mistake in any program.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"

// A project of its own: that of the library would be compiled as a whole for one file.
const folder = "node_modules/.cache/planted"

mkdirSync(folder, { recursive: true })
writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: "../../../tsconfig.json", include: ["planted.ts"] }))
writeFileSync(
  `${folder}/planted.ts`,
  `import * as Effect from "effect/Effect"\nexport const planted = Effect.sync(() => {\n  Effect.log("floats")\n})\n`
)
try {
  const { status, stdout } = spawnSync(
    "effect-language-service",
    ["diagnostics", "--project", `${folder}/tsconfig.json`, "--format", "text"],
    { encoding: "utf8" }
  )
  if (status === 0 || !stdout.includes("floatingEffect")) {
    process.stderr.write(`Effect's diagnostics did not find the planted mistake:\n${stdout}\n`)
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
