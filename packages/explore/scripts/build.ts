/**
 * Builds `dist`, imports it as a user's program does, and checks that it loads no other package than `effect`.
 */
import { execFileSync } from "node:child_process"
import { rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
execFileSync("tsc", ["--project", "tsconfig.build.json"], { stdio: "inherit" })

const program = `
import { registerHooks } from "node:module"
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
const { Explore } = await import("effect-explore")
if (typeof Explore.run !== "function") throw new Error("Explore is not exported")
const foreign = loaded.filter((url) => !url.includes("/explore/dist/") && !/node_modules.effect./.test(url))
if (foreign.length > 0) throw new Error("the entry point also loads: " + foreign.join(" "))
`
execFileSync("node", ["--input-type=module", "--eval", program], { stdio: "inherit" })
