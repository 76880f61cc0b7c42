/**
 * Which session owns each stream id prefix. Two sessions of one user can have the same prefix. The last session that
 * claimed the prefix owns it. When the owner releases the prefix, the claimant before it becomes the owner again.
 */
export class PrefixOwners<A> {
  /** The claimants of each prefix in the order of their claims. */
  private readonly claimants = new Map<string, ReadonlyArray<A>>()

  ownerOf(prefix: string): A | undefined {
    return this.claimants.get(prefix)?.at(-1)
  }

  claim(prefix: string, claimant: A): void {
    this.claimants.set(prefix, [...this.claimants.get(prefix) ?? [], claimant])
  }

  release(prefix: string, claimant: A): void {
    const others = (this.claimants.get(prefix) ?? []).filter((other) => other !== claimant)
    if (others.length === 0) this.claimants.delete(prefix)
    else this.claimants.set(prefix, others)
  }

  clear(): void {
    this.claimants.clear()
  }
}
