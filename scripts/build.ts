/**
 * Builds `dist`, imports it as a user's program does, and checks what is exported, what is not, and which packages are
 * loaded with it.
 */
import { execFileSync } from "node:child_process"
import { cpSync, rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
execFileSync("tsc", ["--project", "tsconfig.build.json"], { stdio: "inherit" })
cpSync("src/stream-sfu/generated", "dist/stream-sfu/generated", { recursive: true })

const visit = `
import { registerHooks } from "node:module"
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
const { TrackResolver } = await import("effect-track-resolver")
if (typeof TrackResolver.layer !== "function") throw new Error("TrackResolver is not exported")
const { ScriptedCall } = await import("effect-track-resolver/testing")
if (typeof ScriptedCall.make !== "function") throw new Error("ScriptedCall is not exported")
const own = loaded.filter((url) => !url.includes("/node_modules/"))
if (own.length === 0 || own.some((url) => !url.includes("/dist/"))) throw new Error("loaded: " + own.join(" "))
const foreign = loaded.filter((url) => /node_modules.(werift|protobufjs|vitest|@effect.(platform-node|vitest))/.test(url))
if (foreign.length > 0) throw new Error("loaded as well: " + foreign.join(" "))
const { StreamSfuClient } = await import("effect-track-resolver/stream-sfu")
if (typeof StreamSfuClient.layer !== "function") throw new Error("StreamSfuClient is not exported")
const unwanted = loaded.filter((url) => /node_modules.(werift|@effect.platform-node)/.test(url))
if (unwanted.length > 0) throw new Error("loaded for stream-sfu: " + unwanted.join(" "))
const inner = await import("effect-track-resolver/resolver/internal/State").then(() => "open", ({ code }) => code)
if (inner !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw new Error("internal modules: " + inner)
const { WeriftPeerConnection } = await import("effect-track-resolver/werift")
if (typeof WeriftPeerConnection.layer !== "function") throw new Error("WeriftPeerConnection is not exported")
`
execFileSync("node", ["--input-type=module", "--eval", visit], { stdio: "inherit" })
