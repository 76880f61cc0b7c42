/**
 * The SFU of a simulated call: plays scripted actions on a `ScriptedCall`, and knows the ground truth. One fiber performs
 * everything in the order of the event queue.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { PeerConnectionFactory } from "../../edge/PeerConnection.ts"
import type { SfuClient } from "../../edge/SfuClient.ts"
import * as ScriptedCall from "../ScriptedCall.ts"
import * as EventQueue from "./EventQueue.ts"
import type { FaultProfile } from "./FaultProfile.ts"
import type { GroundTruth } from "./GroundTruth.ts"
import type { ScriptedAction } from "./ScriptedAction.ts"
import * as Actions from "./SimulatedActions.ts"
import * as Media from "./SimulatedMedia.ts"
import * as Room from "./SimulatedRoom.ts"
import * as Signalling from "./SimulatedSignalling.ts"

export interface SimulatedSfu {
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  readonly groundTruth: Effect.Effect<GroundTruth>
  readonly run: <E = never, R = never>(
    whenIdle?: (groundTruth: GroundTruth) => Effect.Effect<void, E, R>
  ) => Effect.Effect<void, E, R>
}

/** Between two packets of a media section, in milliseconds. */
const packetInterval = 200

/** A call is idle when nothing was sent or negotiated for this time, in milliseconds: long enough for three packets. */
const idleTime = 3 * packetInterval

interface State {
  readonly call: ScriptedCall.ScriptedCall
  readonly faults: FaultProfile
  readonly media: Media.SimulatedMedia
  readonly queue: EventQueue.EventQueue
  readonly room: Room.SimulatedRoom
  readonly seed: number
}

export const make = Effect.fnUntraced(function*(
  actions: ReadonlyArray<ScriptedAction>,
  faults: FaultProfile,
  seed: number
): Effect.fn.Return<SimulatedSfu> {
  const room = Room.make()
  const media = Media.make()
  const call = yield* ScriptedCall.make({
    participants: Effect.sync(() => Signalling.participantsOf(room)),
    onOffer: Media.onOffer(media),
    onAnswer: (negotiationId) => Media.onAnswer(media, negotiationId)
  })
  const state: State = { call, faults, media, queue: EventQueue.make(), room, seed }
  scheduleActions(state, actions)
  return {
    layer: call.layer,
    groundTruth: Effect.sync(() => Room.groundTruth(room)),
    run: (whenIdle = () => Effect.void) => run(state, whenIdle)
  }
})

/** Performs the actions before the join at once. */
const scheduleActions = (state: State, actions: ReadonlyArray<ScriptedAction>): void => {
  const { call, queue, room } = state
  const target: Actions.ActionTarget = {
    room,
    signalling: { room, queue, emit: call.emit },
    scheduleOffer: (now, faults) => Media.scheduleOffer(state, now, faults)
  }
  for (const action of actions) {
    if (action.at < 0) Actions.perform(target, action)
    else {
      const perform = () => Effect.sync(() => Actions.perform(target, action))
      EventQueue.add(queue, { at: action.at, isMessage: false, perform })
    }
  }
}

interface Progress {
  lastEntryAt: number
  /** `whenIdle` has run since the last entry. */
  isIdle: boolean
  nextPacketsAt: number
}

interface Step {
  readonly _tag: "SendPackets" | "PerformEntry" | "ReportIdle"
  readonly at: number
}

/** Undefined: nothing is left to do. */
const nextStep = ({ media, queue }: State, progress: Progress): Step | undefined => {
  const next = queue.entries[0]
  const idleAt = Math.max(progress.lastEntryAt, media.busyUntil) + idleTime
  const becomesIdle = !progress.isIdle && queue.pendingMessages === 0 && (next === undefined || next.at > idleAt)
  const at = becomesIdle ? idleAt : next?.at
  if (at === undefined) return undefined
  if (progress.nextPacketsAt <= at) return { _tag: "SendPackets", at: progress.nextPacketsAt }
  return { _tag: becomesIdle ? "ReportIdle" : "PerformEntry", at }
}

const run = <E, R>(
  state: State,
  whenIdle: (groundTruth: GroundTruth) => Effect.Effect<void, E, R>
): Effect.Effect<void, E, R> =>
  Effect.gen(function*() {
    const start = yield* Clock.currentTimeMillis
    const progress: Progress = { lastEntryAt: 0, isIdle: false, nextPacketsAt: packetInterval }
    while (true) {
      const step = nextStep(state, progress)
      if (step === undefined) break
      yield* sleepUntil(start + step.at)
      switch (step._tag) {
        case "SendPackets":
          progress.nextPacketsAt += packetInterval
          yield* Media.sendPackets(state, step.at)
          break
        case "ReportIdle":
          progress.isIdle = true
          yield* whenIdle(Room.groundTruth(state.room))
          break
        case "PerformEntry":
          progress.lastEntryAt = step.at
          progress.isIdle = false
          yield* EventQueue.takeFirst(state.queue)?.perform(step.at) ?? Effect.void
      }
    }
    Room.clear(state.room)
    yield* state.call.emit({ _tag: "CallEnded", reason: "Ended" })
  })

const sleepUntil = (time: number) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => time > now ? Effect.sleep(time - now) : Effect.void)
