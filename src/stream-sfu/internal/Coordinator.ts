/**
 * Requests to join a call, and receives the address of an SFU with a token for it (SFU protocol, section 3).
 *
 * Sends no location hint (`auto`), and does not open the coordinator's WebSocket, whose events are not about media.
 */
import * as Effect from "effect/Effect"
import { SfuJoinError } from "../../edge/SfuClient.ts"
import * as CoordinatorClient from "./CoordinatorClient.ts"
import { tokenExpired } from "./CoordinatorClient.ts"
import * as CoordinatorResponse from "./CoordinatorResponse.ts"
import type { SfuAccess } from "./SfuAccess.ts"

export interface Coordinator {
  /**
   * Joins the call. The coordinator chooses an SFU that is not in `avoidedSfus`, whose first element is the SFU that we
   * leave.
   */
  readonly join: (avoidedSfus: ReadonlyArray<string>) => Effect.Effect<SfuAccess, SfuJoinError>
}

const joinErrorOf = (
  { detail, reason, shouldRetry }: CoordinatorClient.CoordinatorFailure
): SfuJoinError =>
  new SfuJoinError({
    reason: reason === "Redirected" || reason === "InvalidToken" ? "Refused" : reason,
    detail,
    shouldRetry
  })

export const make = (
  options: CoordinatorClient.CoordinatorOptions & {
    /** Creates the call if it does not exist. */
    readonly create: boolean
  }
): Coordinator => {
  const client = CoordinatorClient.make(options)
  const bodyOf = (avoidedSfus: ReadonlyArray<string>) => ({
    location: "auto",
    ...(options.create ? { create: true } : {}),
    ...(avoidedSfus.length === 0 ? {} : { migrating_from: avoidedSfus[0], migrating_from_list: avoidedSfus })
  })
  const join = (avoidedSfus: ReadonlyArray<string>) =>
    client.post("join", bodyOf(avoidedSfus)).pipe(
      Effect.catchTag("CoordinatorFailure", (failure) => Effect.fail(joinErrorOf(failure))),
      Effect.flatMap((answer) => Effect.fromResult(CoordinatorResponse.decode(answer)))
    )
  return {
    join: (avoidedSfus) =>
      Effect.catchIf(join(avoidedSfus), ({ code }) => code === tokenExpired, () => join(avoidedSfus))
  }
}
