/**
 * The loss of a connection: why it was lost, and the strategy to reconnect with.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Evidence } from "./Health.ts"
import type { ConnectionError, Strategy } from "./ReconnectPolicy.ts"

export class ConnectionLost extends Data.TaggedError("ConnectionLost")<{
  /** The strategy that the SFU or the kind of loss requires. The policy may choose another one. */
  readonly strategy: Strategy
  readonly error: ConnectionError
  /** Present if requests that failed have lost the connection. */
  readonly requests?: Evidence | undefined
}> {}

export const lose = (strategy: Strategy, error: ConnectionError): Effect.Effect<never, ConnectionLost> =>
  Effect.fail(new ConnectionLost({ strategy, error }))
