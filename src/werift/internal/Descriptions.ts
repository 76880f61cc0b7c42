/**
 * The steps of a negotiation (JSEP, RFC 8829) on a werift connection. Each step fails with a `PeerError` and takes
 * `stepTimeout` at most: werift leaves some of its promises unsettled (H7).
 *
 * Noticed by "H7: ..." in `test/werift/closing.test.ts`.
 */
import * as Effect from "effect/Effect"
import type { RTCPeerConnection } from "werift"
import type { IceCandidate } from "../../edge/PeerConnection.ts"
import * as Candidate from "./Candidate.ts"
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
}

export const make = (
  connection: RTCPeerConnection,
  options: {
    readonly loopbackOnly: boolean
    readonly hasStunServer: boolean
    /** Called after a description was set. */
    readonly onSet: (description: Description) => void
  }
): Descriptions => {
  const { hasStunServer, loopbackOnly, onSet } = options
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
      setting(description, "SetRemoteDescription", () => connection.setRemoteDescription(description)),
    setLocal: (description) =>
      setting(description, "SetLocalDescription", async () => {
        if (!hasStunServer) removeStunServers(connection)
        await connection.setLocalDescription(description)
        return connection.localDescription?.sdp ?? description.sdp
      }),
    rollback: Effect.ignore(Effect.suspend(() => rollback(connection)), { log: "Debug" }),
    addIceCandidate: (candidate) =>
      Candidate.isUsable(candidate.candidate, loopbackOnly)
        ? Effect.ignore(
          attempt("SetRemoteDescription", () => connection.addIceCandidate(initOf(candidate))),
          { log: "Debug" }
        )
        : Effect.logDebug(`candidate dropped: ${candidate.candidate}`)
  }
}

const attempt = <A>(step: PeerError["step"], run: () => Promise<A>): Effect.Effect<A, PeerError> =>
  Effect.timeoutOrElse(
    Effect.interruptible(Effect.tryPromise({ try: run, catch: (cause) => PeerError.of(step, cause) })),
    {
      duration: PeerOptions.stepTimeout,
      orElse: () => Effect.fail(new PeerError({ step, detail: `not settled in ${PeerOptions.stepTimeout}` }))
    }
  )

/**
 * Removes werift's default STUN server, `stun.l.google.com`, which it uses if the configuration names none (H1). It
 * must be removed after a transport is made and before it gathers.
 *
 * Noticed by "H1: ..." in `test/werift/ice.test.ts`.
 */
const removeStunServers = (connection: RTCPeerConnection): void => {
  for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
}

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
