/**
 * `npm run schema` compiles the SFU's messages from `src/stream-sfu/schema` to the static module that encodes and decodes
 * them, and its types. `npm run schema -- --check` fails if what is there is not what that gives.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const schema = "src/stream-sfu/schema"
const generated = "src/stream-sfu/generated"
const bare = ["--no-verify", "--no-convert", "--no-delimited", "--no-typeurl", "--no-create", "--force-number"]

const compile = (out: string, ...more: ReadonlyArray<string>): void => {
  const files = ["event", "models", "signal"].map((name) => `${schema}/${name}.proto`)
  const target = ["-t", "static-module", "-w", "esm", "-r", "effect-track-resolver", "-p", schema]
  execFileSync("pbjs", [...target, ...bare, ...more, "-o", out, ...files], { stdio: "inherit" })
}

const folder = mkdtempSync(join(tmpdir(), "schema-"))
try {
  // The types are made of the comments, which the code can do without.
  compile(join(folder, "commented.js"), "-d")
  compile(join(folder, "sfu.js"), "--no-comments")
  const made = { "sfu.js": join(folder, "sfu.js"), "sfu.d.ts": join(folder, "commented.d.ts") }
  for (const [name, path] of Object.entries(made)) {
    const text = readFileSync(path, "utf8")
    if (!process.argv.includes("--check")) {
      writeFileSync(join(generated, name), text)
    } else if (readFileSync(join(generated, name), "utf8") !== text) {
      process.stderr.write(`${generated}/${name} is not what ${schema} gives: npm run schema\n`)
      process.exitCode = 1
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
