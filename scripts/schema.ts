/**
 * Compiles the SFU's messages, `src/stream-sfu/schema`, to the static module that encodes and decodes them, and its types.
 *
 * `npm run schema` writes both files. `npm run schema -- --check` fails if they differ from what the schema gives.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const schema = "src/stream-sfu/schema"
const generated = "src/stream-sfu/generated"
/** Without the functions that nothing calls. */
const options = ["--no-verify", "--no-convert", "--no-delimited", "--no-typeurl", "--no-create", "--force-number"]

const compile = (output: string, ...more: ReadonlyArray<string>): void => {
  const files = ["event", "models", "signal"].map((name) => `${schema}/${name}.proto`)
  const target = ["-t", "static-module", "-w", "esm", "-r", "effect-track-resolver", "-p", schema]
  execFileSync("pbjs", [...target, ...options, ...more, "-o", output, ...files], { stdio: "inherit" })
}

const folder = mkdtempSync(join(tmpdir(), "schema-"))
try {
  // pbjs generates the types from the comments of the code. The code itself is written without comments.
  compile(join(folder, "commented.js"), "-d")
  compile(join(folder, "sfu.js"), "--no-comments")
  const compiled = { "sfu.js": join(folder, "sfu.js"), "sfu.d.ts": join(folder, "commented.d.ts") }
  for (const [name, path] of Object.entries(compiled)) {
    const text = readFileSync(path, "utf8")
    if (!process.argv.includes("--check")) {
      writeFileSync(join(generated, name), text)
    } else if (readFileSync(join(generated, name), "utf8") !== text) {
      process.stderr.write(`${generated}/${name} differs from what ${schema} gives. Run \`npm run schema\`.\n`)
      process.exitCode = 1
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
