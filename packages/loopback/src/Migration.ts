/**
 * Completes a migration: makes the new connection the active one, and sends `participant_migration_complete`.
 */
import type { Call } from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import type { Session } from "./Session.ts"

/** Does nothing unless a migration is in progress and complete by the settings. */
export const completeIfReady = (call: Call, session: Session): void => {
  const { active, migratesTo, participant } = session
  const { migrationComplete, migrationCompletes } = call.settings
  if (migratesTo === undefined) return
  if (migrationCompletes === "onceAnswered" && !migratesTo.subscriber.isSettled()) return
  session.migratesTo = undefined
  // A client that never receives the event stays on the old connection until it gives up.
  if (migrationComplete === "never") return
  session.active = migratesTo
  const socketOf = migrationComplete === "oldSocket" ? active : migratesTo
  Dispatch.send(call, participant.sessionId, { participantMigrationComplete: {} }, socketOf)
}
