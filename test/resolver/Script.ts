/**
 * Random scripts of commands, and how one is played: against the pure core, with the callers' queue that the service's
 * semaphores make, and with the events that the model is told.
 */
import { Correlation, kindOf } from "effect-track-resolver"
import type { IncomingTrack, Participant, TrackKey, TrackType } from "effect-track-resolver"
import * as fc from "fast-check"
import type { Event, Options } from "./Event.ts"

/** One line of a script. After it the queued callers take their turns, unless it says `busy`. */
export type Line =
  & { readonly busy: boolean }
  & (
    | { readonly _tag: "Register"; readonly track: IncomingTrack }
    | { readonly _tag: "Call"; readonly key: TrackKey }
    | { readonly _tag: "GiveUp"; readonly caller: number }
    | { readonly _tag: "Unpublish"; readonly key: TrackKey }
    | { readonly _tag: "Leave"; readonly participant: Participant }
    | { readonly _tag: "Retire"; readonly trackId: string }
    | { readonly _tag: "Tick"; readonly millis: number }
  )

export interface Script {
  readonly options: Options
  readonly lines: ReadonlyArray<Line>
}

const participants: ReadonlyArray<Participant> = [
  { userId: "alice", sessionId: "a1" },
  { userId: "alice", sessionId: "a2" },
  { userId: "alice", sessionId: "a3" },
  { userId: "bob", sessionId: "b1" }
]

/** Alice's first session more often than the others, so that rare things happen to somebody. */
const participant = fc.constantFrom(...participants, participants[0]!, participants[0]!, participants[0]!)
const trackType = fc.constantFrom<TrackType>("Video", "Video", "Video", "ScreenShare", "ScreenShare", "Audio")
const key = fc.tuple(participant, trackType).map(([participant, trackType]): TrackKey => ({
  ...participant,
  trackType
}))

const track = fc.tuple(
  fc.nat({ max: 9 }),
  fc.option(participant, { nil: undefined, freq: 3 }),
  fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 1 })
).map(([id, participant, type]): IncomingTrack => {
  const kind = id < 8 ? "video" : "audio"
  const types = (["Audio", "Video", "ScreenShareAudio", "ScreenShare"] as const).filter((type) => kindOf(type) === kind)
  return { trackId: `t${id}`, kind, participant, trackType: type === undefined ? undefined : types[type] }
})

const line = fc.oneof(
  { weight: 8, arbitrary: track.map((track) => ({ _tag: "Register" as const, track })) },
  { weight: 7, arbitrary: key.map((key) => ({ _tag: "Call" as const, key })) },
  { weight: 2, arbitrary: fc.nat().map((caller) => ({ _tag: "GiveUp" as const, caller })) },
  { weight: 2, arbitrary: key.map((key) => ({ _tag: "Unpublish" as const, key })) },
  { weight: 2, arbitrary: participant.map((participant) => ({ _tag: "Leave" as const, participant })) },
  { weight: 2, arbitrary: track.map(({ trackId }) => ({ _tag: "Retire" as const, trackId })) },
  { weight: 2, arbitrary: fc.constantFrom(1, 10, 50, 100).map((millis) => ({ _tag: "Tick" as const, millis })) }
)

const options = fc.record({
  timeToLive: fc.constantFrom(100, 100, 1_000, 0, Infinity),
  capacity: fc.constantFrom(100, 100, 3, 1, 0),
  sessionMigration: fc.constantFrom("takeOver", "afterLeave", "never"),
  anonymousTracks: fc.constantFrom("unique", "unique", "never")
})

export const script: fc.Arbitrary<Script> = fc.record({
  options,
  lines: fc.array(
    fc.tuple(line, fc.constantFrom(false, false, true)).map(([line, busy]): Line => ({ ...line, busy })),
    { minLength: 1, maxLength: 40, size: "max" }
  )
})

/** The same scripts each time; others with `SEED=n`. */
export const runs = (numRuns: number) => ({ numRuns, seed: Number(process.env["SEED"] ?? 1) })

interface Caller {
  readonly call: number
  readonly key: TrackKey
  readonly ticket: number
  claimed: boolean
}

/** A command as the core had it, and the events that it makes for the model: itself, and whatever ended by it. */
export interface Played {
  readonly command: Correlation.Command
  readonly before: Correlation.Correlation
  readonly step: Correlation.Step<Correlation.Replies[keyof Correlation.Replies]>
  readonly event: Event
  readonly ended: ReadonlyArray<Event>
}

/** Plays a script against the core. `claim`s and the ends they bring come where the service would have them. */
export function* play({ lines, options }: Script): Generator<Played> {
  let state = Correlation.empty(options)
  let at = 0
  let calls = 0
  let callers: Array<Caller> = []
  const sameKey = (a: TrackKey, b: TrackKey) => Correlation.idOf(a) === Correlation.idOf(b)

  const obey = (command: Correlation.Command, event: Event): Played => {
    const before = state
    const step = Correlation.step(state, command, at)
    state = step.state
    const ended: Array<Event> = []
    for (const outcome of step.outcomes) {
      if (outcome._tag !== "Resolved" && outcome._tag !== "Unpublished") continue
      callers = callers.filter(({ call, claimed, key }) => {
        if (!claimed || !sameKey(key, outcome.key)) return true
        ended.push({ at, _tag: "End", call })
        return false
      })
    }
    return { command, before, step, event, ended }
  }

  const gone = (caller: Caller) => {
    callers = callers.filter((other) => other !== caller)
  }

  /** Every key's first queued caller takes the permit, if nobody holds it, until none can. */
  function* turns(): Generator<Played> {
    for (;;) {
      const caller = callers.find(({ claimed, key }) =>
        !claimed && !callers.some((other) => other.claimed && sameKey(other.key, key))
      )
      if (caller === undefined) return
      const played = obey({ _tag: "Claim", key: caller.key, ticket: caller.ticket }, { at, _tag: "Tick" })
      const reply = played.step.reply as Correlation.Replies["Claim"]
      if (reply._tag === "Waiting") {
        caller.claimed = true
        yield played
      } else {
        gone(caller)
        yield { ...played, ended: [{ at, _tag: "End", call: caller.call }] }
      }
    }
  }

  for (const line of lines) {
    switch (line._tag) {
      case "Register": {
        yield obey({ _tag: "Register", track: line.track }, { at, _tag: "Register", track: line.track })
        break
      }
      case "Call": {
        const call = ++calls
        const played = obey({ _tag: "Resolve", key: line.key }, { at, _tag: "Call", call, key: line.key })
        const reply = played.step.reply as Correlation.Replies["Resolve"]
        if (reply._tag === "Waiting") callers.push({ call, key: line.key, ticket: reply.ticket, claimed: false })
        yield reply._tag === "Waiting" ? played : { ...played, ended: [...played.ended, { at, _tag: "End", call }] }
        break
      }
      case "GiveUp": {
        const caller = callers[line.caller % Math.max(callers.length, 1)]
        if (caller === undefined) break
        const { call, claimed, key, ticket } = caller
        gone(caller)
        yield obey({ _tag: "GiveUp", key, ticket, claimed }, { at, _tag: "End", call })
        break
      }
      case "Unpublish": {
        yield obey({ _tag: "Unpublish", key: line.key }, { at, _tag: "Unpublish", key: line.key })
        break
      }
      case "Leave": {
        const { participant } = line
        yield obey({ _tag: "Cancel", participant }, { at, _tag: "Leave", participant })
        callers = callers.filter(({ key }) =>
          key.userId !== participant.userId || key.sessionId !== participant.sessionId
        )
        break
      }
      case "Retire": {
        yield obey({ _tag: "Retire", trackId: line.trackId }, { at, _tag: "Retire", trackId: line.trackId })
        break
      }
      case "Tick": {
        at += line.millis
        yield obey({ _tag: "Expire" }, { at, _tag: "Tick" })
        break
      }
    }
    if (!line.busy) yield* turns()
  }
}
