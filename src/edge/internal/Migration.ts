/**
 * Waits until a migration to another SFU is complete. Until then the former connection stays open and keeps its tracks.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { CallEnded } from "../EdgeEvent.ts"
import { SfuConnectionError } from "../SfuClient.ts"
import type { Connection } from "./Connection.ts"
import type { ConnectionLost } from "./ConnectionLost.ts"
import { lose } from "./ConnectionLost.ts"

/** The time in which the SFU that we migrate to has to report that it is ready. */
const timeout = Duration.seconds(7)

/** Returns the end of the call, if the former SFU reports it first. */
export const complete = (
  { from, to }: { readonly from: Connection; readonly to: Connection }
): Effect.Effect<CallEnded | undefined, ConnectionLost> =>
  Effect.raceFirst(Effect.as(to.migratedTo, undefined), from.migratedFrom).pipe(
    Effect.timeoutOrElse({ duration: timeout, orElse: () => lose("Rejoin", notComplete) })
  )

const notComplete = new SfuConnectionError({
  reason: "Reconnect",
  detail: `the migration was not complete in ${Duration.format(timeout)}`
})
