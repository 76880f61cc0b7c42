/**
 * Checks that Effect's diagnostics run: writes a file with a mistake, and expects them to find it.
 *
 * If the plugin is not loaded, the diagnostics find no mistake in any program.
 */
import { spawnSync } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"

const file = "scripts/planted.ts"

writeFileSync(
  file,
  `import * as Effect from "effect/Effect"\nexport const planted = Effect.sync(() => {\n  Effect.log("floats")\n})\n`
)
try {
  const { status, stdout } = spawnSync(
    "effect-language-service",
    ["diagnostics", "--project", "tsconfig.json", "--format", "text", "--file", file],
    { encoding: "utf8" }
  )
  if (status === 0 || !stdout.includes("floatingEffect")) {
    process.stderr.write(`Effect's diagnostics did not find the mistake in ${file}:\n${stdout}\n`)
    process.exitCode = 1
  }
} finally {
  rmSync(file)
}
