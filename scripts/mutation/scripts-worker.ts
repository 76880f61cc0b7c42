/**
 * Worker of `mutation.ts`: loads `Correlation` with one file mutated, and plays scripts against the model. Each mutant is a
 * module graph of its own in this process, so an order takes milliseconds.
 */
import type { Correlation } from "effect-track-resolver"
import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { registerHooks, stripTypeScriptTypes } from "node:module"
import { setImmediate } from "node:timers/promises"
import { fileURLToPath, pathToFileURL } from "node:url"
import { compare } from "../../test/resolver/compare.ts"
import { model } from "../../test/resolver/Model.ts"
import type { Result } from "../../test/resolver/Model.ts"
import { play, script } from "../../test/resolver/Script.ts"
import type { Script } from "../../test/resolver/Script.ts"
import { scripts } from "../../test/resolver/scripts.ts"

export interface ScriptsOrder {
  readonly id: string
  readonly file: string
  readonly source: string
  /** How many random scripts are played. */
  readonly count: number
}

/** `difference` is a script for which a survivor decides otherwise than the original, although the model does not see it. */
export interface ScriptsReport {
  readonly killedBy?: string
  readonly difference?: string
}

const folder = pathToFileURL("src/resolver/").href
const sources = new Map<string, ScriptsOrder>()

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context)
    const query = /\?mutant=.*$/.exec(context.parentURL ?? "")?.[0]
    return query !== undefined && resolved.url.startsWith(folder)
      ? { ...resolved, url: resolved.url + query }
      : resolved
  },
  load: (url, context, next) => {
    const [path, id] = url.split("?mutant=") as [string, string?]
    if (id === undefined) return next(url, context)
    const { file, source } = sources.get(id)!
    const text = path === pathToFileURL(file).href ? source : readFileSync(fileURLToPath(path), "utf8")
    return { format: "module", source: stripTypeScriptTypes(text), shortCircuit: true }
  }
})

const load = async (order: ScriptsOrder): Promise<typeof Correlation> => {
  sources.set(order.id, order)
  return await import(`${folder}Correlation.ts?mutant=${order.id}`)
}

const original: typeof Correlation = await import(`${folder}Correlation.ts`)
const randomScripts: ReadonlyArray<Script> = fc.sample(script, { numRuns: 400, seed: 1 })

/** A mutant that ends the same callers gets the same results of the model. */
const results = new Map<Script, { readonly events: string; readonly results: ReadonlyArray<Result> }>()

const rememberedModel = (script: Script): typeof model => (events, options) => {
  const text = JSON.stringify(events)
  const earlier = results.get(script)
  if (earlier?.events === text) return earlier.results
  const played = model(events, options)
  if (earlier === undefined) results.set(script, { events: text, results: played })
  return played
}

const killedBy = async (mutant: typeof Correlation, count: number): Promise<string | undefined> => {
  for (const { name, script } of scripts) {
    if (compare(script, mutant) !== undefined) return `the script "${name}"`
  }
  for (const [n, script] of randomScripts.slice(0, count).entries()) {
    if (n % 20 === 0) {
      process.send!("playing")
      // oxlint-disable-next-line no-await-in-loop -- sends the message
      await setImmediate()
    }
    if (compare(script, mutant, rememberedModel(script)) !== undefined) return "a random script"
  }
  return undefined
}

/** Every decision of both, with the same commands at the same times. */
const agrees = (script: Script, mutant: typeof Correlation): boolean => {
  let state = mutant.empty(script.options)
  for (const { command, event, step } of play(script, original)) {
    const other = mutant.step(state, command, event.at)
    const text = (of: typeof Correlation, { outcomes, reply, state }: Correlation.Step<unknown>) =>
      JSON.stringify([reply, outcomes, of.snapshot(state), of.counts(state), of.nextExpiry(state)])
    if (text(original, step) !== text(mutant, other)) return false
    state = other.state
  }
  return true
}

const differenceOf = (mutant: typeof Correlation): string | undefined => {
  const details = fc.check(fc.property(script, (script) => agrees(script, mutant)), { numRuns: 200, seed: 2 })
  return details.failed ? fc.stringify(details.counterexample![0]) : undefined
}

const run = async (order: ScriptsOrder): Promise<ScriptsReport> => {
  try {
    const mutant = await load(order)
    const killer = await killedBy(mutant, order.count)
    if (killer !== undefined) return { killedBy: killer }
    const difference = order.count < randomScripts.length ? undefined : differenceOf(mutant)
    return difference === undefined ? {} : { difference }
  } catch (error) {
    return { killedBy: `an exception: ${String(error).slice(0, 80)}` }
  }
}

process.on("message", (order: ScriptsOrder) => void run(order).then((report) => process.send!(report)))
process.on("disconnect", () => process.exit())
process.send!("ready")
