/** An attack of `npm run attack`: input of somebody who must not change anything, and what it changed. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Attack {
  /**
   * - `Stranger`: knows the address of a socket, and has no key.
   * - `OnPath`: reads and writes the datagrams between both ends, and has no private key.
   * - `Sfu`: the SFU itself, or the coordinator.
   * - `Peer`: another participant, through an honest SFU.
   * - `WebPage`: a page of another origin in a browser of this machine.
   */
  readonly attacker: "Stranger" | "OnPath" | "Sfu" | "Peer" | "WebPage"
  /** What is sent: "alert records of epoch 0". */
  readonly name: string
  readonly unit: "datagrams" | "frames" | "SDPs" | "requests" | "handshakes"
  /** Number of inputs of a short run, which takes at most three seconds, and of a long one. */
  readonly inputs: { readonly short: number; readonly long: number }
  /** Opens what is attacked. The returned function sends that many inputs; only its run is measured. */
  readonly prepare: Effect.Effect<(inputs: number) => Effect.Effect<Changes, never, Scope.Scope>, never, Scope.Scope>
}

/** What the input changed, one sentence for each change: a state, a lost packet, an answer to a stranger. Empty if it holds. */
export type Changes = ReadonlyArray<string>
