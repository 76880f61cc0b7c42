/**
 * What a failed request means for the connection. Pure: no connection, clock or fiber.
 *
 * `reactions` has the reaction to each failure of each request of the edge. The port has retried what can succeed later, so
 * each failure here is final.
 *
 * - `Ignore`: the caller handles it: it reports the error to the user, or another mechanism notices the consequence.
 * - `Degrade`: the call continues, and the state becomes `Degraded`. The caller repeats the request. If that does
 *   not succeed in time, the connection is lost: see `Health`.
 * - `Fast`, `Rejoin`: the connection is lost, and only that way of reconnecting can help.
 */
import type { SfuRequestError } from "../SfuClient.ts"

/**
 * The requests of the edge. `Answer` is the whole exchange that an offer of the SFU begins: applying the offer, and
 * sending the answer. `Republication` is the offer of publications that had a former connection.
 */
export type Request =
  | "Subscriptions"
  | "Answer"
  | "IceRestart"
  | "IceCandidate"
  | "PublisherOffer"
  | "Republication"
  | "MuteStates"

export type Reaction = "Ignore" | "Degrade" | "Fast" | "Rejoin"

type Reason = SfuRequestError["reason"]

/** The reaction is the same for every request: only another socket, session or token can help. */
const always = {
  SignalLost: "Fast",
  SessionNotFound: "Rejoin",
  // A rejoin asks for another token.
  Unauthenticated: "Rejoin",
  // The code that closed the session has begun its successor, or has left the call.
  SessionEnded: "Ignore"
} as const

const reactions: { readonly [R in Request]: { readonly [_ in Reason]: Reaction } } = {
  // Without them no new track is received.
  Subscriptions: { ...always, Refused: "Degrade", Unreachable: "Degrade", Failed: "Degrade" },
  // Without it no further media is sent to us.
  Answer: { ...always, Refused: "Degrade", Unreachable: "Degrade", Failed: "Degrade" },
  // No offer will come, and the media is lost already.
  IceRestart: { ...always, Refused: "Rejoin", Unreachable: "Rejoin", Failed: "Rejoin" },
  // A connection that lacks a candidate either connects without it, or fails.
  IceCandidate: { ...always, Refused: "Ignore", Unreachable: "Ignore", Failed: "Ignore" },
  // The publication's own error.
  PublisherOffer: { ...always, Refused: "Ignore", Unreachable: "Ignore", Failed: "Ignore" },
  // A definite answer stops the publication.
  Republication: { ...always, Refused: "Ignore", Unreachable: "Degrade", Failed: "Ignore" },
  // A definite answer is final for this mute state. Without one, the other participants still see the former state.
  MuteStates: { ...always, Refused: "Ignore", Unreachable: "Degrade", Failed: "Ignore" }
}

export const reactionTo = (request: Request, reason: Reason): Reaction => reactions[request][reason]
