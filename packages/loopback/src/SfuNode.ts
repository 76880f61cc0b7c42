/**
 * The SFUs of one call, by their edge names: which of them there are, and which of them can be joined. In truth they are
 * one server, which answers at each of their addresses as if they were several.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

/**
 * `Up`: can be joined. `ShuttingDown`: refuses to be joined, and says so. `Down`: does not answer.
 */
export type State = "Up" | "ShuttingDown" | "Down"

export interface Node {
  /** Its `edge_name`. */
  readonly name: string
  readonly state: () => State
  readonly change: (state: State) => void
  /** Until it is down. */
  readonly died: Effect.Effect<void>
}

const make = (name: string): Node => {
  let state: State = "Up"
  let death = Deferred.makeUnsafe<void>()
  return {
    name,
    state: () => state,
    change: (next) => {
      if (state === "Down" && next !== "Down") death = Deferred.makeUnsafe()
      state = next
      if (next === "Down") Deferred.doneUnsafe(death, Effect.void)
    },
    died: Effect.suspend(() => Deferred.await(death))
  }
}

export type Nodes = readonly [Node, ...ReadonlyArray<Node>]

/** `loopback-1`, `loopback-2`, and so on. */
export const nodes = (count: number): Nodes => [
  make("loopback-1"),
  ...Array.from({ length: count - 1 }, (_, at) => make(`loopback-${at + 2}`))
]

/**
 * Where the coordinator sends someone who has just been somewhere: elsewhere, if there is an elsewhere, and where there are
 * the fewest.
 */
export const choose = (
  nodes: Nodes,
  avoided: ReadonlyArray<string>,
  countOf: (node: Node) => number
): Node | undefined => {
  const up = nodes.filter((node) => node.state() === "Up").toSorted((one, other) => countOf(one) - countOf(other))
  return up.find(({ name }) => !avoided.includes(name)) ?? up[0]
}
