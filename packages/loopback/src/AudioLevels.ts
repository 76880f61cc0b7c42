/**
 * Measures the microphones of a call from the levels in their packets (RFC 6464), and sends the levels to everybody ten times
 * a second while anybody is heard.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Activity from "./Activity.ts"
import type { Call } from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"

const interval = "100 millis"

/** Of each session that was heard since the last call. */
const takeLevels = ({ sessions }: Call): ReadonlyMap<string, number> => {
  const levels = new Map<string, number>()
  for (const [sessionId, session] of sessions) {
    if (session.loudest !== undefined) levels.set(sessionId, Activity.levelOfDecibels(session.loudest))
    session.loudest = undefined
  }
  return levels
}

const noLevels: ReadonlyMap<string, number> = new Map()

/** Without the setting every microphone counts as silent: who was heard before does not stay a speaker. */
const measure = (call: Call): void => {
  const levels = takeLevels(call)
  Dispatch.report(call, { _tag: "MeasureAudio", levels: call.settings.audioLevels ? levels : noLevels })
}

/** Until the scope closes. */
export const run = (call: Call): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(Effect.forkScoped(Effect.repeat(Effect.sync(() => measure(call)), Schedule.spaced(interval))))
