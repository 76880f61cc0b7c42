/**
 * Builds `dist`, starts the SFU from it as a user's program does, and fetches its page. `effect-track-resolver` has to be
 * built.
 */
import { execFileSync } from "node:child_process"
import { cpSync, rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
execFileSync("tsc", ["--project", "tsconfig.build.json"], { stdio: "inherit" })
execFileSync("tsc", ["--project", "tsconfig.page.build.json"], { stdio: "inherit" })
for (const name of ["index.html", "style.css"]) cpSync(`src/page/${name}`, `dist/page/${name}`)

const visit = `
const { LoopbackSfu } = await import("effect-track-resolver-loopback")
const Effect = await import("effect/Effect")
const status = (path) => ({ pageUrl }) => Effect.promise(async () => (await fetch(new URL(path, pageUrl))).status)
for (const path of ["/", "page/main.js", "page/sfu.js"]) {
  const found = await LoopbackSfu.make().pipe(Effect.flatMap(status(path)), Effect.scoped, Effect.runPromise)
  if (found !== 200) throw new Error("the page's " + path + ": " + found)
}
`
execFileSync("node", ["--input-type=module", "--eval", visit], { stdio: "inherit" })
