/**
 * Counts the work of a synchronous function: the elements that it looks at in arrays, and its searches in strings. The
 * count is the same on every machine, unlike a time.
 */
const visiting: ReadonlyArray<string> = [
  "find",
  "findIndex",
  "some",
  "every",
  "filter",
  "map",
  "flatMap",
  "forEach"
]
const searching: ReadonlyArray<string> = ["includes", "indexOf"]
const ofStrings: ReadonlyArray<string> = ["startsWith", "includes", "split", "slice", "replace"]

export type Method = (this: unknown, ...args: ReadonlyArray<unknown>) => unknown

/** Replaces a method of an object or a prototype. Returns a function that restores it. */
export const replaceMethod = (
  owner: object,
  name: string,
  replacementFor: (original: Method) => Method
): () => void => {
  const original: Method = Reflect.get(owner, name)
  const define = (value: Method): void =>
    void Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  define(replacementFor(original))
  return () => define(original)
}

export const countOperations = (run: () => unknown): number => {
  let operations = 0
  const restores: Array<() => void> = []
  const replace = (...method: Parameters<typeof replaceMethod>): void => void restores.push(replaceMethod(...method))
  const counting = (original: Method): Method =>
    function(...args) {
      operations += Array.isArray(this) ? this.length : 1
      return Reflect.apply(original, this, args)
    }
  for (const name of visiting) {
    replace(Array.prototype, name, (original) =>
      function(visit, ...rest) {
        const counted: Method = function(...args) {
          operations++
          return Reflect.apply(visit as Method, this, args)
        }
        return Reflect.apply(original, this, [counted, ...rest])
      })
  }
  for (const name of searching) replace(Array.prototype, name, counting)
  for (const name of ofStrings) replace(String.prototype, name, counting)
  replace(RegExp.prototype, "exec", counting)
  try {
    run()
  } finally {
    for (const restore of restores) restore()
  }
  return operations
}
