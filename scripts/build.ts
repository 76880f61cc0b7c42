/**
 * Builds `dist` and looks at it as a user's program would: the front door opens, the rest of the house stays closed, and
 * nothing comes in with it that a user may not have.
 */
import { execFileSync } from "node:child_process"
import { cpSync, rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
execFileSync("tsc", ["--project", "tsconfig.build.json"], { stdio: "inherit" })
for (const folder of ["stream-sfu/generated", "loopback/page"]) {
  cpSync(`src/${folder}`, `dist/${folder}`, { recursive: true })
}

const visit = `
import { registerHooks } from "node:module"
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
const { TrackResolver } = await import("effect-track-resolver")
if (typeof TrackResolver.layer !== "function") throw new Error("the front door does not open")
const { Explore } = await import("effect-track-resolver/testing")
if (typeof Explore.run !== "function") throw new Error("the door to the tests' tool does not open")
const own = loaded.filter((url) => !url.includes("/node_modules/"))
if (own.length === 0 || own.some((url) => !url.includes("/dist/"))) throw new Error("loaded: " + own.join(" "))
const foreign = loaded.filter((url) => /node_modules.(werift|protobufjs|vitest|@effect.(platform-node|vitest))/.test(url))
if (foreign.length > 0) throw new Error("loaded as well: " + foreign.join(" "))
const { StreamSfuClient } = await import("effect-track-resolver/stream-sfu")
if (typeof StreamSfuClient.layer !== "function") throw new Error("the door to Stream's SFU does not open")
const alien = loaded.filter((url) => /node_modules.(werift|@effect.platform-node)/.test(url))
if (alien.length > 0) throw new Error("loaded for Stream's SFU: " + alien.join(" "))
const inner = await import("effect-track-resolver/internal/Ledger").then(() => "open", ({ code }) => code)
if (inner !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw new Error("internal modules: " + inner)
const { WeriftPeerConnection } = await import("effect-track-resolver/werift")
if (typeof WeriftPeerConnection.layer !== "function") throw new Error("the door to werift does not open")
const { LoopbackSfu } = await import("effect-track-resolver/loopback")
if (typeof LoopbackSfu.layer !== "function") throw new Error("the door to the loopback SFU does not open")
const Effect = await import("effect/Effect")
const page = ({ pageUrl }) => Effect.promise(async () => (await fetch(new URL("page/sfu.js", pageUrl))).status)
const status = await LoopbackSfu.make().pipe(Effect.flatMap(page), Effect.scoped, Effect.runPromise)
if (status !== 200) throw new Error("the page's codec is not there: " + status)
`
execFileSync("node", ["--input-type=module", "--eval", visit], { stdio: "inherit" })
