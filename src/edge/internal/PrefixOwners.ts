/**
 * Which session owns each stream id prefix. Two sessions of one user can have the same prefix. The last session that
 * claimed the prefix owns it. When the owner releases the prefix, the claimant before it becomes the owner again.
 */
import { Succession } from "./Succession.ts"

export class PrefixOwners<A> {
  private readonly claimants = new Map<string, Succession<A>>()

  ownerOf(prefix: string): A | undefined {
    return this.claimants.get(prefix)?.newest
  }

  claim(prefix: string, claimant: A): void {
    let claimants = this.claimants.get(prefix)
    if (claimants === undefined) this.claimants.set(prefix, claimants = new Succession())
    claimants.add(claimant)
  }

  release(prefix: string, claimant: A): void {
    const claimants = this.claimants.get(prefix)
    claimants?.remove(claimant)
    if (claimants?.size === 0) this.claimants.delete(prefix)
  }

  clear(): void {
    this.claimants.clear()
  }
}
