/**
 * `Correlation` and the model, side by side.
 */
import { Correlation, formatParticipant, formatTrackKey } from "effect-track-resolver"
import type { BindingChange } from "effect-track-resolver"
import type { Event } from "./Event.ts"
import { model } from "./Model.ts"
import * as Observed from "./Observed.ts"
import { play } from "./Script.ts"
import type { PlayedCommand, Script } from "./Script.ts"

interface Seen extends Observed.Observed {
  readonly event: Event
  readonly facts: ReadonlyArray<string>
  readonly rejections: ReadonlyArray<string>
  readonly nextExpiry: number
  readonly sizes: ReadonlyArray<number>
}

/** The state after an event, and what the event did: as the library has it, and as the model has it. */
export interface Difference {
  readonly library: Seen
  readonly model: Seen
}

const isNumber = (value: unknown): boolean => typeof value === "number"

/** A track id or a key, or empty; a reply without a known shape as it is. */
const replyOf = ({ command, step: { reply } }: PlayedCommand): string => {
  if (reply === undefined || (command._tag === "Register" && reply === true)) return ""
  if (typeof reply === "string") return reply
  if (typeof reply !== "object") return JSON.stringify(reply)
  if ("trackType" in reply) return formatTrackKey(reply)
  switch (reply._tag) {
    case "Answered":
      return command._tag === "Acquire" ? "" : reply.trackId
    case "Waiting":
      return isNumber(reply.generation) ? "" : JSON.stringify(reply)
    case "NoMatch":
      return Array.isArray(reply.candidates) && isNumber(reply.omitted) ? "" : JSON.stringify(reply)
    case "Superseded":
      return ""
    default:
      return JSON.stringify(reply)
  }
}

const rejectionsOf = (reply: PlayedCommand["step"]["reply"]): ReadonlyArray<string> => {
  if (typeof reply !== "object" || !("_tag" in reply) || reply._tag !== "NoMatch") return []
  const { candidates, omitted } = reply
  return [
    ...candidates.map(({ trackId, why }) => `${trackId} ${why}`),
    ...(omitted === 0 ? [] : [`omitted: ${omitted}`])
  ]
}

/** The library reports eight. */
const firstEight = (rejections: ReadonlyArray<string>): ReadonlyArray<string> =>
  rejections.length <= 8 ? rejections : [...rejections.slice(0, 8), `omitted: ${rejections.length - 8}`]

const factsOf = (outcomes: ReadonlyArray<Correlation.Outcome>): ReadonlyArray<string> =>
  outcomes.flatMap((outcome, n): ReadonlyArray<string> => {
    switch (outcome._tag) {
      case "Bound":
      case "Unbound":
        return [Observed.formatChange(outcome)]
      case "Resolved": {
        // The model has no permits. `play` ends the caller that is resolved.
        const bound = outcomes[n - 1]
        const follows = bound?._tag === "Bound" && formatTrackKey(bound.binding.key) === formatTrackKey(outcome.key)
          && bound.binding.trackId === outcome.trackId
        return follows ? [] : [JSON.stringify(outcome)]
      }
      case "Unpublished":
        return [`${formatTrackKey(outcome.key)} unpublished, callers: ${outcome.callers}`]
      case "Left": {
        const { callers, participant, pending } = outcome
        return [`${formatParticipant(participant)} left, callers: ${callers}, pending: ${pending}`]
      }
      case "Expired":
        return [`${outcome.trackId} expired`]
      case "Evicted":
        return [`${outcome.trackId} evicted`]
      default:
        return [JSON.stringify(outcome)]
    }
  })

export const isChange = (outcome: Correlation.Outcome): outcome is BindingChange =>
  outcome._tag === "Bound" || outcome._tag === "Unbound"

/** The first event of the script after which the two differ. `correlation` can be a mutant. */
export const compare = (
  script: Script,
  correlation = Correlation,
  modelOf = model
): Difference | undefined => {
  const played = Array.from(play(script, correlation))
  const results = modelOf(played.flatMap(({ ended, event }) => [event, ...ended]), script.options)
  let next = 0
  for (const command of played) {
    const { ended, event, step: { outcomes, state } } = command
    const result = results[next]!
    const counts = correlation.counts(state)
    const library: Seen = {
      event,
      ...Observed.fromLibrary(
        correlation.snapshot(state),
        counts,
        outcomes.filter(isChange),
        replyOf(command)
      ),
      facts: factsOf(outcomes),
      rejections: rejectionsOf(command.step.reply),
      nextExpiry: correlation.nextExpiry(state),
      sizes: [counts.bound, counts.pending, counts.waiting]
    }
    const observed = Observed.fromModel(event, result)
    const expected: Seen = {
      event,
      ...observed,
      facts: result.facts,
      rejections: firstEight(result.rejections),
      nextExpiry: result.nextExpiry,
      sizes: [observed.bound.length, observed.pending.length, observed.waiting.length]
    }
    if (JSON.stringify(library) !== JSON.stringify(expected)) return { library, model: expected }
    next += 1 + ended.length
  }
  return undefined
}
