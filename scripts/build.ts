/**
 * Builds `dist` and imports it as a user's program does. Checks that each entry point exports its modules, loads no other
 * packages than it should, and that internal modules cannot be imported.
 */
import { execFileSync } from "node:child_process"
import { cpSync, rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
execFileSync("tsc", ["--project", "tsconfig.build.json"], { stdio: "inherit" })
cpSync("src/stream-sfu/generated", "dist/stream-sfu/generated", { recursive: true })

const program = `
import { registerHooks } from "node:module"
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
const { TrackResolver } = await import("effect-track-resolver")
if (typeof TrackResolver.layer !== "function") throw new Error("TrackResolver is not exported")
const { ScriptedCall } = await import("effect-track-resolver/testing")
if (typeof ScriptedCall.make !== "function") throw new Error("ScriptedCall is not exported")
const own = loaded.filter((url) => !url.includes("/node_modules/"))
if (own.length === 0 || own.some((url) => !url.includes("/dist/"))) throw new Error("not loaded from dist: " + own.join(" "))
const foreign = loaded.filter((url) => /node_modules.(werift|protobufjs|vitest|@effect.(platform-node|vitest))/.test(url))
if (foreign.length > 0) throw new Error("the entry points . and ./testing also load: " + foreign.join(" "))
const { StreamSfuClient } = await import("effect-track-resolver/stream-sfu")
if (typeof StreamSfuClient.layer !== "function") throw new Error("StreamSfuClient is not exported")
const unwanted = loaded.filter((url) => /node_modules.(werift|@effect.platform-node)/.test(url))
if (unwanted.length > 0) throw new Error("the entry point ./stream-sfu also loads: " + unwanted.join(" "))
const internal = await import("effect-track-resolver/resolver/internal/State").then(() => "loaded", ({ code }) => code)
if (internal !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw new Error("the import of an internal module: " + internal)
const { WeriftPeerConnection } = await import("effect-track-resolver/werift")
if (typeof WeriftPeerConnection.layer !== "function") throw new Error("WeriftPeerConnection is not exported")
`
execFileSync("node", ["--input-type=module", "--eval", program], { stdio: "inherit" })
