/**
 * One value for each key that is in use: made for the first who asks, shared with all who ask meanwhile, gone with the
 * last. A value that is in use, or waited for, is never replaced, and an idle one is never kept.
 *
 * Synchronous, so that a lease can be taken in the very step that makes it necessary: `RcMap` needs an effect and a
 * scope for each.
 */
export interface Lease<out A> {
  readonly key: string
  readonly value: A
  holders: number
}

export interface Leases<A> {
  readonly acquire: (key: string) => Lease<A>
  readonly get: (key: string) => A | undefined
  /** True of the last holder. */
  readonly release: (lease: Lease<A>) => boolean
  /** Whoever asks from now on gets a new value; those who hold this one keep it. */
  readonly detach: (key: string) => A | undefined
  readonly values: () => ReadonlyArray<A>
  readonly size: () => number
}

export const make = <A>(create: () => A): Leases<A> => {
  const leases = new Map<string, Lease<A>>()
  return {
    acquire: (key) => {
      let lease = leases.get(key)
      if (lease === undefined) leases.set(key, lease = { key, value: create(), holders: 0 })
      lease.holders++
      return lease
    },
    get: (key) => leases.get(key)?.value,
    release: (lease) => {
      if (--lease.holders > 0) return false
      if (leases.get(lease.key) === lease) leases.delete(lease.key)
      return true
    },
    detach: (key) => {
      const lease = leases.get(key)
      leases.delete(key)
      return lease?.value
    },
    values: () => Array.from(leases.values(), ({ value }) => value),
    size: () => leases.size
  }
}
