/**
 * Random scripts of actions, and `play`, which plays a script against `Correlation`. `play` also keeps the queue of callers
 * that the service's semaphores would keep, and returns the events for the model.
 */
import { Correlation, kindOf } from "effect-track-resolver"
import type { IncomingTrack, Participant, TrackKey, TrackType } from "effect-track-resolver"
import * as fc from "fast-check"
import { isKey, isSession } from "./Event.ts"
import type { Event, Options } from "./Event.ts"

/** `overlapsNext`: the next action comes before queued callers acquire the permits of their keys. */
export type Action =
  & { readonly overlapsNext: boolean }
  & (
    | { readonly _tag: "Register"; readonly track: IncomingTrack }
    | { readonly _tag: "Call"; readonly key: TrackKey }
    /** Which of the present callers gives up, modulo their number. */
    | { readonly _tag: "GiveUp"; readonly caller: number }
    | { readonly _tag: "Unpublish"; readonly key: TrackKey }
    | { readonly _tag: "Leave"; readonly participant: Participant }
    | { readonly _tag: "Retire"; readonly trackId: string }
    /** `isTimerLate`: the time passes, and the next command finds what has expired. */
    | { readonly _tag: "Tick"; readonly millis: number; readonly isTimerLate: boolean }
  )

export interface Script {
  readonly options: Options
  readonly actions: ReadonlyArray<Action>
}

// --- Random scripts ---------------------------------------------------------------------------------------------------

const participants: ReadonlyArray<Participant> = [
  { userId: "alice", sessionId: "a1" },
  { userId: "alice", sessionId: "a2" },
  { userId: "alice", sessionId: "a3" },
  { userId: "bob", sessionId: "b1" }
]

/** Alice's first session more often than the others, so that rare cases happen to it. */
const participant = fc.constantFrom(...participants, participants[0]!, participants[0]!, participants[0]!)

const trackType = fc.constantFrom<TrackType>("Video", "Video", "Video", "ScreenShare", "ScreenShare", "Audio")

const key = fc.tuple(participant, trackType).map(([participant, trackType]): TrackKey => ({
  ...participant,
  trackType
}))

/** Eight video tracks and two audio tracks; each registration names its participant and type or does not. */
const track = fc.tuple(
  fc.nat({ max: 9 }),
  fc.option(participant, { nil: undefined, freq: 3 }),
  fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 2 })
).map(([id, participant, type]): IncomingTrack => {
  const kind = id < 8 ? "video" : "audio"
  const types = (["Audio", "Video", "ScreenShareAudio", "ScreenShare"] as const).filter((type) => kindOf(type) === kind)
  return {
    trackId: `t${id}`,
    kind,
    // Equal participants are not the same object: each message of an SFU is decoded for itself.
    participant: participant === undefined ? undefined : { ...participant },
    trackType: type === undefined ? undefined : types[type]
  }
})

const action = fc.oneof(
  { weight: 8, arbitrary: track.map((track) => ({ _tag: "Register" as const, track })) },
  { weight: 7, arbitrary: key.map((key) => ({ _tag: "Call" as const, key })) },
  { weight: 2, arbitrary: fc.nat().map((caller) => ({ _tag: "GiveUp" as const, caller })) },
  { weight: 2, arbitrary: key.map((key) => ({ _tag: "Unpublish" as const, key })) },
  { weight: 2, arbitrary: participant.map((participant) => ({ _tag: "Leave" as const, participant })) },
  { weight: 2, arbitrary: track.map(({ trackId }) => ({ _tag: "Retire" as const, trackId })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(1, 10, 50, 100), fc.boolean()).map(([millis, isTimerLate]) => ({
      _tag: "Tick" as const,
      millis,
      isTimerLate
    }))
  }
)

const actions = fc.array(
  fc.tuple(action, fc.constantFrom(false, false, true)).map(
    ([action, overlapsNext]): Action => ({ ...action, overlapsNext })
  ),
  { minLength: 1, maxLength: 40, size: "max" }
)

const scriptUnder = (
  sessionMigration: fc.Arbitrary<Options["sessionMigration"]>,
  anonymousTracks: fc.Arbitrary<Options["anonymousTracks"]>
): fc.Arbitrary<Script> =>
  fc.record({
    options: fc.record({
      timeToLive: fc.constantFrom(100, 100, 1_000, 0, Infinity),
      capacity: fc.constantFrom(100, 100, 3, 1, 0),
      sessionMigration,
      anonymousTracks
    }),
    actions
  })

export const script: fc.Arbitrary<Script> = scriptUnder(
  fc.constantFrom("takeOver", "afterLeave", "never"),
  fc.constantFrom("unique", "unique", "never")
)

/** Random scripts under each policy. Times to live and capacities vary within one. */
export const scriptsByPolicy: ReadonlyArray<{ readonly policy: string; readonly scripts: fc.Arbitrary<Script> }> =
  (["takeOver", "afterLeave", "never"] as const).flatMap((sessionMigration) =>
    (["unique", "never"] as const).map((anonymousTracks) => ({
      policy: `sessionMigration ${sessionMigration}, anonymousTracks ${anonymousTracks}`,
      scripts: scriptUnder(fc.constant(sessionMigration), fc.constant(anonymousTracks))
    }))
  )

// --- Playing ----------------------------------------------------------------------------------------------------------

interface Caller {
  readonly call: number
  readonly key: TrackKey
  readonly generation: number
  isHolder: boolean
}

/** A command, its step, and the events for the model: the event of the command, and the callers that ended by it. */
export interface PlayedCommand {
  readonly command: Correlation.Command
  readonly before: Correlation.State
  readonly step: Correlation.Step<Correlation.Replies[keyof Correlation.Replies]>
  readonly event: Event
  readonly ended: ReadonlyArray<Event>
}

class Player {
  private state: Correlation.State
  private now = 0
  private calls = 0
  private callers: ReadonlyArray<Caller> = []

  private readonly correlation: typeof Correlation

  constructor(options: Options, correlation: typeof Correlation) {
    this.correlation = correlation
    this.state = correlation.empty(options)
  }

  *play(action: Action): Generator<PlayedCommand> {
    yield* this.perform(action)
    if (!action.overlapsNext) yield* this.acquirePermits()
  }

  private *perform(action: Action): Generator<PlayedCommand> {
    switch (action._tag) {
      case "Register": {
        const { track } = action
        yield this.apply({ _tag: "Register", track }, { at: this.now, _tag: "Register", track })
        return
      }
      case "Call":
        yield this.call(action.key)
        return
      case "GiveUp":
        yield* this.giveUp(action.caller)
        return
      case "Unpublish": {
        const { key } = action
        yield this.apply({ _tag: "Unpublish", key }, { at: this.now, _tag: "Unpublish", key })
        return
      }
      case "Leave": {
        const { participant } = action
        yield this.apply({ _tag: "Cancel", participant }, { at: this.now, _tag: "Leave", participant })
        this.callers = this.callers.filter(({ key }) => !isSession(key, participant))
        return
      }
      case "Retire": {
        const { trackId } = action
        yield this.apply({ _tag: "Retire", trackId }, { at: this.now, _tag: "Retire", trackId })
        return
      }
      case "Tick": {
        this.now += action.millis
        if (!action.isTimerLate) yield this.apply({ _tag: "Expire" }, { at: this.now, _tag: "Tick" })
        return
      }
    }
  }

  private call(key: TrackKey): PlayedCommand {
    const call = ++this.calls
    const played = this.apply({ _tag: "Resolve", key }, { at: this.now, _tag: "Call", call, key })
    const reply = played.step.reply as Correlation.Replies["Resolve"]
    if (reply._tag === "Answered") return { ...played, ended: [...played.ended, this.endOf(call)] }
    this.callers = [...this.callers, { call, key, generation: reply.generation, isHolder: false }]
    return played
  }

  private *giveUp(index: number): Generator<PlayedCommand> {
    const caller = this.callers[index % Math.max(this.callers.length, 1)]
    if (caller === undefined) return
    const { call, generation, isHolder, key } = caller
    this.remove(caller)
    yield this.apply({ _tag: "Abandon", key, generation, isHolder }, this.endOf(call))
  }

  /** The first queued caller of each key acquires the permit, if no caller holds it. Repeats until none can. */
  private *acquirePermits(): Generator<PlayedCommand> {
    for (let caller = this.nextInQueue(); caller !== undefined; caller = this.nextInQueue()) {
      const { call, generation, key } = caller
      const played = this.apply({ _tag: "Acquire", key, generation }, { at: this.now, _tag: "Tick" })
      const reply = played.step.reply as Correlation.Replies["Acquire"]
      if (reply._tag === "Waiting") {
        caller.isHolder = true
        yield played
      } else {
        this.remove(caller)
        yield { ...played, ended: [this.endOf(call)] }
      }
    }
  }

  private nextInQueue(): Caller | undefined {
    const isHeld = (key: TrackKey) => this.callers.some((caller) => caller.isHolder && isKey(caller.key, key))
    return this.callers.find(({ isHolder, key }) => !isHolder && !isHeld(key))
  }

  private apply(command: Correlation.Command, event: Event): PlayedCommand {
    const before = this.state
    const step = this.correlation.step(before, command, this.now)
    this.state = step.state
    for (const outcome of step.outcomes) {
      if (outcome._tag !== "Bound") continue
      const { key } = outcome.binding
      const isResolved = step.outcomes.some((other) => other._tag === "Resolved" && isKey(other.key, key))
      const hasHolder = this.callers.some((caller) => caller.isHolder && isKey(caller.key, key))
      if (isResolved !== hasHolder) throw new Error(`Resolved is for the caller that holds the permit: ${isResolved}`)
    }
    const ended = step.outcomes.flatMap((outcome) =>
      outcome._tag === "Resolved" || outcome._tag === "Unpublished" ? this.endHolder(outcome.key) : []
    )
    return { command, before, step, event, ended }
  }

  private endHolder(key: TrackKey): ReadonlyArray<Event> {
    const holders = this.callers.filter((caller) => caller.isHolder && isKey(caller.key, key))
    for (const holder of holders) this.remove(holder)
    return holders.map(({ call }) => this.endOf(call))
  }

  private remove(caller: Caller): void {
    this.callers = this.callers.filter((other) => other !== caller)
  }

  private endOf(call: number): Event {
    return { at: this.now, _tag: "End", call }
  }
}

/** Plays a script. `Acquire`s come where the service would apply them. `correlation` can be a mutant. */
export function* play({ actions, options }: Script, correlation = Correlation): Generator<PlayedCommand> {
  const player = new Player(options, correlation)
  for (const action of actions) yield* player.play(action)
}
