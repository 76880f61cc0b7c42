/**
 * Injects three faults into the agent's connection with the loopback SFU: a closed socket, a GoAway, and an error that
 * requires a rejoin. The edge must reconnect after each of them.
 */
import type { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Log } from "../log.ts"

class NotConnected extends Data.TaggedError("NotConnected") {}

interface Fault {
  /** In percent of the call's duration. */
  readonly percent: number
  readonly description: string
  readonly inject: (sessionId: string) => Effect.Effect<void>
}

const faultsOf = ({ control }: LoopbackSfu["Service"]): ReadonlyArray<Fault> => [
  {
    percent: 20,
    description: "the SFU closes the agent's WebSocket",
    inject: (sessionId) => control.closeSocket(sessionId)
  },
  {
    percent: 52,
    description: "the SFU sends GoAway to the agent, which has to migrate to another SFU",
    inject: (sessionId) => control.sendGoAway(sessionId, "Rebalance")
  },
  {
    percent: 83,
    description: "the SFU sends an error to the agent, which has to rejoin with a new session",
    inject: (sessionId) => control.sendError(sessionId, { code: 500, message: "out of order", strategy: "Rejoin" })
  }
]

export const injectFaults = (
  sfu: LoopbackSfu["Service"],
  { seconds, userId }: { readonly seconds: number; readonly userId: string }
) =>
(log: Log): Effect.Effect<void> => {
  const sessionId = Effect.flatMap(sfu.groundTruth, ({ participants }) => {
    const agent = participants.findLast((participant) => participant.userId === userId && participant.connected)
    return agent === undefined ? Effect.fail(new NotConnected()) : Effect.succeed(agent.sessionId)
  })
  return Effect.forEach(
    faultsOf(sfu),
    ({ description, inject, percent }) =>
      Effect.sleep(percent * seconds * 10).pipe(
        Effect.andThen(sessionId),
        Effect.flatMap((sessionId) => Effect.andThen(log(`fault: ${description}`), inject(sessionId))),
        Effect.catchTag("NotConnected", () => log(`fault skipped, the agent is not connected: ${description}`))
      ),
    { concurrency: "unbounded", discard: true }
  )
}
