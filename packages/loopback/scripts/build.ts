/**
 * Builds `dist`, starts the SFU from it as a user's program does, and checks that it serves its page and has the recordings of
 * its simulated participants. Needs the `dist` of `effect-track-resolver`.
 */
import { execFileSync } from "node:child_process"
import { cpSync, rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
execFileSync("tsc", ["--project", "tsconfig.build.json"], { stdio: "inherit" })
execFileSync("tsc", ["--project", "tsconfig.page.build.json"], { stdio: "inherit" })
for (const name of ["index.html", "style.css"]) cpSync(`src/page/${name}`, `dist/page/${name}`)
cpSync("src/recordings", "dist/recordings", { recursive: true })

const program = `
const { LoopbackSfu } = await import("effect-track-resolver-loopback")
const Effect = await import("effect/Effect")
const statusOf = (path) => ({ pageUrl }) => Effect.promise(async () => (await fetch(new URL(path, pageUrl))).status)
for (const path of ["/", "page/main.js", "page/sfu.js"]) {
  const status = await LoopbackSfu.make().pipe(Effect.flatMap(statusOf(path)), Effect.scoped, Effect.runPromise)
  if (status !== 200) throw new Error("GET " + path + " of the page: status " + status)
}
const publish = (participant) => Effect.forEach(["Audio", "Video", "ScreenShare"], participant.publish)
await LoopbackSfu.make().pipe(
  Effect.flatMap((sfu) => sfu.participant({ userId: "alice" })),
  Effect.flatMap(publish),
  Effect.scoped,
  Effect.runPromise
)
`
execFileSync("node", ["--input-type=module", "--eval", program], { stdio: "inherit" })
