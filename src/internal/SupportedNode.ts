/**
 * Ends the import in a Node that is too old, with a message that says so. Without it a module that is loaded later fails with
 * the name of a function that this Node lacks.
 *
 * The first import of each entry point: modules are evaluated in the order of their imports. `package.json` names this module
 * and the entry points under `sideEffects`, or a bundler would leave it out.
 */

/** The lower bound of `engines` in package.json. */
const required = [22, 19] as const

interface Versions {
  readonly node?: string
  readonly bun?: string
  readonly deno?: string
}

/** Undefined if there is no Node: in a browser or a worker. Bun and Deno report the version of a Node that they imitate. */
const nodeVersion = (): string | undefined => {
  const { process } = globalThis as { readonly process?: { readonly versions?: Versions } }
  const { bun, deno, node } = process?.versions ?? {}
  return bun === undefined && deno === undefined ? node : undefined
}

const version = nodeVersion()
if (version !== undefined) {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  if (major < required[0] || (major === required[0] && minor < required[1])) {
    throw new Error(`effect-track-resolver needs Node ${required.join(".")} or later; this is v${version}`)
  }
}
