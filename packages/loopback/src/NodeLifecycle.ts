/**
 * Takes an SFU of the call down, abruptly or with a grace period.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Call } from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Leaving from "./Leaving.ts"
import type { SfuNode } from "./SfuNode.ts"
import * as Wire from "./Wire.ts"

/**
 * Ends every socket and every connection of the node: sockets close with `code`, or are destroyed if it is left out. A
 * session without another connection stays until its reconnect deadline.
 */
export const takeDown = Effect.fnUntraced(function*(call: Call, node: SfuNode, code?: number) {
  node.setState("Down")
  for (const session of Array.from(call.sessions.values())) {
    for (const connection of session.connections.filter((connection) => connection.node === node)) {
      if (code === undefined) connection.socket?.destroy()
      else connection.socket?.close(code, "the SFU is going away")
      connection.socket = undefined
      yield* Leaving.dropConnection(call, session, connection)
    }
    if (session.connections.length === 0) yield* Leaving.startDeadline(call, session)
  }
})

/** Sends `go_away` to each client of the node, and takes the node down after `grace`. Returns at once. */
export const shutDown = (call: Call, node: SfuNode, grace: Duration.Input): Effect.Effect<void> =>
  Effect.suspend(() => {
    node.setState("ShuttingDown")
    for (const [sessionId, { connections }] of call.sessions) {
      for (const connection of connections) {
        if (connection.node === node) Dispatch.send(call, sessionId, Wire.goAway("ShuttingDown"), connection)
      }
    }
    const down = Effect.suspend(() => node.state() === "ShuttingDown" ? takeDown(call, node, 1001) : Effect.void)
    return Effect.asVoid(Effect.forkIn(Effect.andThen(Effect.sleep(grace), down), call.scope))
  })
