/**
 * Shows that Effect's own diagnostics are on: plants a mistake, and expects them to find it.
 *
 * Without this, a plugin that is not loaded passes for a program without mistakes.
 */
import { spawnSync } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"

const planted = "scripts/planted.ts"

writeFileSync(
  planted,
  `import * as Effect from "effect/Effect"\nexport const planted = Effect.sync(() => {\n  Effect.log("floats")\n})\n`
)
try {
  const { status, stdout } = spawnSync(
    "effect-language-service",
    ["diagnostics", "--project", "tsconfig.json", "--format", "text", "--file", planted],
    { encoding: "utf8" }
  )
  if (status === 0 || !stdout.includes("floatingEffect")) {
    process.stderr.write(`Effect's diagnostics did not find the planted mistake:\n${stdout}\n`)
    process.exitCode = 1
  }
} finally {
  rmSync(planted)
}
