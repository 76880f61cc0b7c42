/**
 * One value for each key in use. The first `acquire` of a key creates the value, later ones share it, and the last
 * `release` removes it. A value in use is never replaced, an unused one never kept.
 *
 * Synchronous, so that a step can acquire a reference. `RcMap` needs an effect and a scope for each reference.
 */
export interface Reference<out A> {
  readonly key: string
  readonly value: A
  holders: number
}

export interface RefCountedMap<A> {
  readonly acquire: (key: string) => Reference<A>
  readonly get: (key: string) => A | undefined
  /** True if this was the last holder. */
  readonly release: (reference: Reference<A>) => boolean
  /** Removes the value of the key: the next `acquire` creates a new one. Present holders keep the old one. */
  readonly detach: (key: string) => A | undefined
  readonly values: () => ReadonlyArray<A>
  readonly size: () => number
}

export const make = <A>(create: () => A): RefCountedMap<A> => {
  const references = new Map<string, Reference<A>>()
  return {
    acquire: (key) => {
      let reference = references.get(key)
      if (reference === undefined) references.set(key, reference = { key, value: create(), holders: 0 })
      reference.holders++
      return reference
    },
    get: (key) => references.get(key)?.value,
    release: (reference) => {
      if (--reference.holders > 0) return false
      if (references.get(reference.key) === reference) references.delete(reference.key)
      return true
    },
    detach: (key) => {
      const reference = references.get(key)
      references.delete(key)
      return reference?.value
    },
    values: () => Array.from(references.values(), ({ value }) => value),
    size: () => references.size
  }
}
