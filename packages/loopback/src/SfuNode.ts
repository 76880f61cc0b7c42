/**
 * The SFUs of one call, each with its edge name and its state. All are served by one HTTP server, which answers under each
 * edge name as a separate SFU.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

/**
 * The address of one SFU of the call.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface SfuAddress {
  /** The edge name, such as `loopback-1`. */
  readonly name: string
  /** The Twirp root: `http://127.0.0.1:<port>/loopback-1/twirp`. */
  readonly url: string
  /** The signalling socket: `ws://127.0.0.1:<port>/loopback-1/ws`. */
  readonly webSocketUrl: string
}

/** `Up` accepts joins. `ShuttingDown` refuses joins with an error. `Down` answers no request. */
export type NodeState = "Up" | "ShuttingDown" | "Down"

export interface SfuNode {
  /** The `edge_name` of the protocol. */
  readonly name: string
  readonly state: () => NodeState
  readonly setState: (state: NodeState) => void
  /** Succeeds once the node is down. */
  readonly untilDown: Effect.Effect<void>
}

const make = (name: string): SfuNode => {
  let state: NodeState = "Up"
  let down = Deferred.makeUnsafe<void>()
  return {
    name,
    state: () => state,
    setState: (next) => {
      if (state === "Down" && next !== "Down") down = Deferred.makeUnsafe()
      state = next
      if (next === "Down") Deferred.doneUnsafe(down, Effect.void)
    },
    untilDown: Effect.suspend(() => Deferred.await(down))
  }
}

export type SfuNodes = readonly [SfuNode, ...ReadonlyArray<SfuNode>]

/** The message of an error for an argument that names no node. */
export const unknownName = (name: string): string =>
  `LoopbackSfu: sfu must be the name of an SFU of this call, got "${name}"`

/** Named `loopback-1`, `loopback-2`, and so on. */
export const makeAll = (count: number): SfuNodes => [
  make("loopback-1"),
  ...Array.from({ length: count - 1 }, (_, index) => make(`loopback-${index + 2}`))
]

/**
 * The node that the coordinator assigns: among the nodes that are up, the one with the fewest participants. A node in
 * `avoided` is assigned only if no other node is up.
 */
export const choose = (
  nodes: SfuNodes,
  avoided: ReadonlyArray<string>,
  countOf: (node: SfuNode) => number
): SfuNode | undefined => {
  const up = nodes.filter((node) => node.state() === "Up").toSorted((one, other) => countOf(one) - countOf(other))
  return up.find(({ name }) => !avoided.includes(name)) ?? up[0]
}
