/**
 * The steps of a negotiation (JSEP, RFC 8829) on a werift connection. Each step fails with a `PeerError` and takes
 * `stepTimeout` at most: werift leaves some of its promises unsettled (H7).
 *
 * Noticed by "H7: ..." in `test/werift/closing.long.test.ts`.
 */
import * as Effect from "effect/Effect"
import type { RTCPeerConnection } from "werift"
import type { IceCandidate } from "../../edge/PeerConnection.ts"
import * as PeerText from "../../internal/PeerText.ts"
import * as Candidate from "./Candidate.ts"
import type * as CandidateLog from "./CandidateLog.ts"
import type { IceGathering } from "./IceGathering.ts"
import { PeerError } from "./PeerError.ts"
import * as PeerOptions from "./PeerOptions.ts"

export interface Description {
  readonly type: "offer" | "answer"
  readonly sdp: string
}

/** The steps. Call them inside of `Peer.serialized` only. */
export interface Descriptions {
  readonly createOffer: (options?: { readonly iceRestart: boolean }) => Effect.Effect<Description, PeerError>
  readonly createAnswer: Effect.Effect<Description, PeerError>
  /** Sets the SDP as it is. Repair a remote SDP with `SdpRepair.repair` before. */
  readonly setRemote: (description: Description) => Effect.Effect<void, PeerError>
  /** Sets the SDP, gathers candidates, and returns the SDP with all of them. */
  readonly setLocal: (description: Description) => Effect.Effect<string, PeerError>
  /** Takes back an offer, ours or theirs, that was set and not answered. No-op without one. */
  readonly rollback: Effect.Effect<void>
  /** Adds a candidate of the current remote description. A candidate that werift cannot use is dropped. */
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** The remote candidates that are skipped. */
  readonly candidateLog: CandidateLog.CandidateLog
}

export const make = (
  connection: RTCPeerConnection,
  options: {
    readonly loopbackOnly: boolean
    readonly gathering: IceGathering
    readonly candidateLog: CandidateLog.CandidateLog
    /** Called after a description was set. */
    readonly onSet: (description: Description) => void
  }
): Descriptions => {
  const { candidateLog, gathering, loopbackOnly, onSet } = options

  const setting = <A>(description: Description, step: PeerError["step"], run: () => Promise<A>) =>
    Effect.tap(attempt(step, run), () => Effect.sync(() => onSet(description)))

  return {
    createOffer: (restart) =>
      Effect.map(
        attempt("CreateOffer", () => connection.createOffer(restart ?? {})),
        ({ sdp }): Description => ({ type: "offer", sdp })
      ),
    createAnswer: Effect.map(
      attempt("CreateAnswer", () => connection.createAnswer()),
      ({ sdp }): Description => ({ type: "answer", sdp })
    ),
    setRemote: (description) =>
      Effect.andThen(
        setting(description, "SetRemoteDescription", () => connection.setRemoteDescription(description)),
        candidateLog.flush
      ),
    setLocal: (description) =>
      Effect.ensuring(
        setting(description, "SetLocalDescription", async () => {
          gathering.prepare(connection)
          await connection.setLocalDescription(description)
          return connection.localDescription?.sdp ?? description.sdp
        }),
        Effect.suspend(() => Effect.forEach(gathering.takeProblems(), Effect.logWarning, { discard: true }))
      ),
    rollback: Effect.ignore(Effect.suspend(() => rollback(connection)), { log: "Debug" }),
    addIceCandidate: (candidate) =>
      Candidate.isUsable(candidate.candidate, loopbackOnly)
        ? Effect.andThen(
          Effect.ignore(
            attempt("SetRemoteDescription", () => connection.addIceCandidate(initOf(candidate))),
            { log: "Debug" }
          ),
          candidateLog.flush
        )
        : Effect.andThen(
          candidateLog.inspect([candidate.candidate]),
          Effect.logDebug(`candidate dropped: ${PeerText.quote(candidate.candidate)}`)
        ),
    candidateLog
  }
}

/** Begins in a turn of the event loop of its own: for hundreds of m-lines each step takes a tenth of a second. */
const attempt = <A>(step: PeerError["step"], run: () => Promise<A>): Effect.Effect<A, PeerError> =>
  Effect.andThen(
    Effect.yieldNow,
    Effect.timeoutOrElse(
      Effect.interruptible(Effect.tryPromise({ try: run, catch: (cause) => PeerError.of(step, cause) })),
      {
        duration: PeerOptions.stepTimeout,
        orElse: () => Effect.fail(new PeerError({ step, detail: `not settled in ${PeerOptions.stepTimeout}` }))
      }
    )
  )

const rollback = (connection: RTCPeerConnection): Effect.Effect<void, PeerError> => {
  switch (connection.signalingState) {
    case "have-remote-offer":
      return attempt("SetRemoteDescription", () => connection.setRemoteDescription({ type: "rollback" }))
    case "have-local-offer":
      return attempt("SetLocalDescription", () => connection.setLocalDescription({ type: "rollback" }))
    default:
      return Effect.void
  }
}

const initOf = ({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: IceCandidate) => ({
  candidate: Candidate.repair(candidate),
  ...(sdpMid === undefined ? {} : { sdpMid }),
  ...(sdpMLineIndex === undefined ? {} : { sdpMLineIndex }),
  ...(usernameFragment === undefined ? {} : { usernameFragment })
})
