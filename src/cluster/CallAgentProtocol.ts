/**
 * What can be asked of the agent of a call, and what it reports.
 *
 * @stability unstable
 * @since 0.1.0
 */
import * as Rpc from "effect/rpc/Rpc"
import * as Schema from "effect/Schema"
import { Participant, TrackKey } from "../Track.ts"
import { CallTermsError } from "./CallTerms.ts"

/**
 * What becomes of the agent of a call.
 *
 * - `Idle`: the call is to have no agent. `reason` says why it has none any more: by `Leave`, or because the call or the agent has
 *   ended; it is forgotten after some idle time.
 * - `Joining`: the runner owns the call and joins it. `error` is why the last attempt failed, or why the agent in the call did.
 * - `InCall`: the agent runs.
 * - `Superseded`: another runner owns the call under the newer term `by`; this one has left it.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export const CallStatus = Schema.Union([
  Schema.TaggedStruct("Idle", { reason: Schema.optionalKey(Schema.Literals(["Left", "Ended"])) }),
  Schema.TaggedStruct("Joining", {
    term: Schema.Int,
    attempt: Schema.Int,
    error: Schema.optionalKey(Schema.String)
  }),
  Schema.TaggedStruct("InCall", { term: Schema.Int }),
  Schema.TaggedStruct("Superseded", { term: Schema.Int, by: Schema.Int })
])

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CallStatus = typeof CallStatus.Type

/**
 * The agent of a call at one moment. `runner` is the address of the process that answers.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export const CallSnapshot = Schema.Struct({
  runner: Schema.String,
  status: CallStatus,
  participants: Schema.Array(Participant)
})

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CallSnapshot = typeof CallSnapshot.Type

/**
 * The events of a call. `ConnectionChanged` has the state of the edge. With each status other than `InCall` everyone has gone.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export const CallAgentEvent = Schema.Union([
  Schema.TaggedStruct("StatusChanged", { status: CallStatus }),
  Schema.TaggedStruct("ConnectionChanged", {
    state: Schema.Literals(["Connecting", "Joined", "Degraded", "Reconnecting", "Left"])
  }),
  Schema.TaggedStruct("ParticipantJoined", { participant: Participant }),
  Schema.TaggedStruct("ParticipantLeft", { participant: Participant }),
  Schema.TaggedStruct("TrackAdded", { key: TrackKey }),
  Schema.TaggedStruct("TrackRemoved", { key: TrackKey })
])

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CallAgentEvent = typeof CallAgentEvent.Type

/**
 * The call is to have an agent from now on, on any runner, until `Leave` or the end of the call. Returns at once: `Events` tells
 * when the agent is in the call. A no-op if it is so already.
 *
 * @stability unstable
 * @category requests
 * @since 0.1.0
 */
export const Join = Rpc.make("Join", { success: CallSnapshot, error: CallTermsError })

/**
 * The call is to have no agent. Returns when the agent has left.
 *
 * @stability unstable
 * @category requests
 * @since 0.1.0
 */
export const Leave = Rpc.make("Leave", { error: CallTermsError })

/**
 * @stability unstable
 * @category requests
 * @since 0.1.0
 */
export const Snapshot = Rpc.make("Snapshot", { success: CallSnapshot })

/**
 * The status and the participants and tracks now, then every change. Ends when the owner changes.
 *
 * @stability unstable
 * @category requests
 * @since 0.1.0
 */
export const Events = Rpc.make("Events", { success: CallAgentEvent, stream: true })
