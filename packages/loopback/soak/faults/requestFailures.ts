/**
 * Failing requests: the agent has to repeat them, which takes time.
 */
import type { LoopbackSfu, Request } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { type AgentFault, counting, internal, unavailable } from "./AgentFault.ts"

const methods = ["UpdateSubscriptions", "SendAnswer"] as const

/** The agent's next request of a kind fails, or its answer is lost. */
const failing = (
  what: string,
  how: (
    control: LoopbackSfu["Service"]["control"],
    match: (request: Request) => boolean
  ) => Effect.Effect<void, never, Scope.Scope>
): AgentFault =>
(context, agent) =>
  Effect.gen(function*() {
    const method = yield* Random.choice(methods)
    const { count, match } = counting(({ fromUser, method: asked }: Request) =>
      fromUser === agent.userId && asked === method
    )
    yield* how(context.sfu.control, match)
    context.note(`${agent.userId}: ${method} ${what}`)
    yield* Effect.repeat(Effect.sleep("10 millis"), { while: () => count() === 0, times: 100 })
    return count() > 0
  })

export const requestFailures: { readonly [name: string]: AgentFault } = {
  "request refused": failing("is refused", (control, match) => control.failRequests(match, internal, { times: 1 })),
  "request answered 5xx": failing(
    "is answered 503",
    (control, match) => control.failRequests(match, unavailable, { times: 1 })
  ),
  "request carried out, response lost": failing(
    "is carried out, and its response is lost",
    (control, match) => control.failRequests(match, unavailable, { times: 1, carriedOut: true })
  ),
  "request never answered": failing("is never answered", (control, match) => control.requests.drop(match, { times: 1 }))
}
