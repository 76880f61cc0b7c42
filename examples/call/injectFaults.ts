/**
 * What befalls the agent itself: its socket is cut, its SFU goes away, and it is told to join anew. Knows the SFU and
 * nothing of the edge, which has to come back from each.
 */
import type { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Log } from "../log.ts"

/** The agent is not in the call when something is to befall it. */
class Absent extends Data.TaggedError("Absent") {}

/** At percents of the call's length. */
export const befall = (
  { control, groundTruth: truth }: LoopbackSfu["Service"],
  { seconds, userId }: { readonly seconds: number; readonly userId: string }
) =>
(say: Log): Effect.Effect<void> => {
  const session = Effect.flatMap(truth, ({ participants }) => {
    const agent = participants.findLast((member) => member.userId === userId && member.connected)
    return agent === undefined ? Effect.fail(new Absent()) : Effect.succeed(agent.sessionId)
  })
  const mishaps: ReadonlyArray<readonly [percent: number, what: string, (to: string) => Effect.Effect<void>]> = [
    [20, "the agent's socket is cut", (to) => control.closeSocket(to)],
    [52, "the agent's SFU goes away", (to) => control.sendGoAway(to, "Rebalance")],
    [
      83,
      "the agent is told to join anew",
      (to) => control.sendError(to, { code: 500, message: "out of order", strategy: "Rejoin" })
    ]
  ]
  return Effect.forEach(
    mishaps,
    ([percent, what, happen]) =>
      Effect.sleep(percent * seconds * 10).pipe(
        Effect.andThen(session),
        Effect.flatMap((to) => Effect.andThen(say(what), happen(to))),
        Effect.catchTag("Absent", () => say(`not now: ${what}`))
      ),
    { concurrency: "unbounded", discard: true }
  )
}
