/**
 * A werift connection that lives as long as its scope, and neither leaks, hangs nor ends the process it runs in.
 *
 * Knows what werift gets wrong about sockets, ICE and closing; knows of no track. Whoever opens one negotiates through
 * it, one exchange at a time, and never closes the connection or sets a description by hand.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { RTCDtlsTransport, RTCIceTransport } from "werift"
import { RTCPeerConnection } from "werift"
import type { IceCandidate, IceServer } from "../../edge/PeerConnection.ts"
import { NegotiationError } from "../../edge/PeerConnection.ts"
import * as Candidate from "./Candidate.ts"

/** What a step of negotiation came to. */
export class PeerError extends Data.TaggedError("PeerError")<{
  readonly step: "Open" | "CreateOffer" | "CreateAnswer" | "SetRemoteDescription" | "SetLocalDescription"
  readonly detail: string
}> {}

export const negotiationError = ({ detail, step }: PeerError): NegotiationError =>
  new NegotiationError({ step, detail })

export interface PeerOptions {
  readonly iceServers: ReadonlyArray<IceServer>
  /** Binds 127.0.0.1, offers nothing else, and answers nobody else. */
  readonly loopbackOnly: boolean
  /** What else werift is to be told: codecs, header extensions. */
  readonly configuration?: ConstructorParameters<typeof RTCPeerConnection>[0]
}

export interface Peer {
  /** To look at, and to add transceivers to. */
  readonly connection: RTCPeerConnection
  /** The last change that `onChange` tells of. */
  readonly isClosed: () => boolean
  /**
   * One exchange of descriptions. Never two at once, nor one together with the close: closing while a socket is being
   * bound leaves it open for ever, and a description that is being set then never settles. Once begun it is not
   * interrupted, and each of its steps ends within `patience`.
   */
  readonly serialized: <A, E, R>(exchange: Effect.Effect<A, E, R>) => Effect.Effect<A, E | PeerError, R>
  /** The rest belongs inside an exchange. The SDP is set as it is: see `SdpRepair.repair` for what it must not contain. */
  readonly createOffer: (options?: { readonly iceRestart: boolean }) => Effect.Effect<Description, PeerError>
  readonly createAnswer: Effect.Effect<Description, PeerError>
  readonly setRemote: (description: Description) => Effect.Effect<void, PeerError>
  /** Gathers, and gives the SDP with its candidates. */
  readonly setLocal: (description: Description) => Effect.Effect<string, PeerError>
  /** Back to before an offer that was set and not answered, whosever it is; otherwise nothing. */
  readonly rollback: Effect.Effect<void>
  /** A candidate of the remote description that is set. What werift cannot use is dropped. */
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** Calls back, synchronously, whenever the state of a transport may have changed. Must not throw. */
  readonly onChange: (listener: () => void) => void
}

export interface Description {
  readonly type: "offer" | "answer"
  readonly sdp: string
}

/** How long a step may take. Gathering ends before, also where a TURN server is dead over UDP and then over TCP. */
const patience = "15 seconds"
const stunSeconds = 2
const turnSeconds = 3

export const open = Effect.fnUntraced(function*(options: PeerOptions): Effect.fn.Return<Peer, PeerError, Scope.Scope> {
  const turn = yield* Semaphore.make(1)
  const iceServers = serversOf(options)
  const namesStun = iceServers.some(({ urls }) => urls.some((url) => /^stuns?:/i.test(url)))
  const watched = new Map<RTCDtlsTransport, () => void>()
  const listeners = new Set<() => void>()
  let closing = false
  let closed = false

  const connection = yield* Effect.acquireRelease(
    Effect.try({
      try: () => new RTCPeerConnection({ ...configurationOf(options), iceServers }),
      catch: (cause) => new PeerError({ step: "Open", detail: detailOf(cause) })
    }),
    (connection) =>
      Effect.suspend(() => {
        closing = true
        return turn.withPermit(close(connection))
      })
  )

  const close = (connection: RTCPeerConnection) =>
    Effect.timeoutOption(Effect.interruptible(Effect.ignore(Effect.tryPromise(() => connection.close()))), patience)
      .pipe(
        Effect.andThen(Effect.sync(() => {
          closed = true
          changed()
          listeners.clear()
          for (const [transport, forget] of watched) {
            forget()
            endHandshake(transport)
          }
          watched.clear()
          connection.onTrack.allUnsubscribe()
          connection.removeAllListeners()
          // werift leaves the tracks of a closed connection live.
          for (const receiver of connection.getReceivers()) receiver.endTracks()
        }))
      )

  /** A callback that throws ends up in the middle of werift's own work, and one that rejects ends the process. */
  const changed = (): void => {
    for (const listener of listeners) listener()
  }

  const serialized = <A, E, R>(exchange: Effect.Effect<A, E, R>): Effect.Effect<A, E | PeerError, R> =>
    turn.withPermit(
      Effect.uninterruptible(
        Effect.suspend((): Effect.Effect<A, E | PeerError, R> =>
          closing ? Effect.fail(new PeerError({ step: "Open", detail: "the connection is closed" })) : exchange
        )
      )
    )

  const attempt = <A>(step: PeerError["step"], run: () => Promise<A>): Effect.Effect<A, PeerError> =>
    Effect.timeoutOrElse(
      Effect.interruptible(Effect.tryPromise({
        try: run,
        catch: (cause) => new PeerError({ step, detail: detailOf(cause) })
      })),
      { duration: patience, orElse: () => Effect.fail(new PeerError({ step, detail: `not settled in ${patience}` })) }
    )

  const watch = (): void => {
    for (const dtls of connection.dtlsTransports) {
      if (watched.has(dtls)) continue
      const subscriptions = [dtls.onStateChange.subscribe(changed), dtls.iceTransport.onStateChange.subscribe(changed)]
      watched.set(dtls, () => subscriptions.forEach(({ unSubscribe }) => unSubscribe()))
      restartOnNewCredentials(dtls.iceTransport)
    }
    changed()
  }

  /**
   * After an ICE restart werift never checks connectivity again if DTLS is up: both sides stay connected, and no packet
   * comes through any more.
   */
  const checkAgain = (): void => {
    for (const { iceTransport, state } of connection.dtlsTransports) {
      if (state !== "connected" || iceTransport.connection.nominated !== undefined) continue
      if (iceTransport.state !== "checking") iceTransport.start().then(changed, changed)
    }
  }

  const settle = ({ type }: Description): void => {
    if (type === "answer") checkAgain()
    watch()
  }

  return {
    connection,
    isClosed: () => closed,
    serialized,
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
      Effect.tap(
        attempt("SetRemoteDescription", () => connection.setRemoteDescription(description)),
        () => Effect.sync(() => settle(description))
      ),
    setLocal: (description) =>
      Effect.tap(
        attempt("SetLocalDescription", async () => {
          // No STUN server means Google's to werift, unless it is taken away between making a transport and gathering.
          if (!namesStun) { for (const { connection: ice } of connection.iceTransports) delete ice.stunServer }
          await connection.setLocalDescription(description)
          return connection.localDescription?.sdp ?? description.sdp
        }),
        () => Effect.sync(() => settle(description))
      ),
    rollback: Effect.suspend(() => {
      switch (connection.signalingState) {
        case "have-remote-offer":
          return attempt("SetRemoteDescription", () => connection.setRemoteDescription({ type: "rollback" }))
        case "have-local-offer":
          return attempt("SetLocalDescription", () => connection.setLocalDescription({ type: "rollback" }))
        default:
          return Effect.void
      }
    }).pipe(Effect.ignore({ log: "Debug" })),
    addIceCandidate: (candidate) =>
      Effect.suspend(() =>
        Candidate.isUsable(candidate.candidate, options.loopbackOnly)
          ? Effect.ignore(
            attempt("SetRemoteDescription", () => connection.addIceCandidate(initOf(candidate))),
            { log: "Debug" }
          )
          : Effect.logDebug(`candidate dropped: ${candidate.candidate}`)
      ),
    onChange: (listener) => void listeners.add(listener)
  }
})

/**
 * werift takes an ICE restart for something else once an m-line has been inactive, keeps its old credentials, and is
 * never reached again. The restart comes in the middle of setting the description, so one that is refused leaves ICE as
 * it was.
 */
const restartOnNewCredentials = (transport: RTCIceTransport): void => {
  const ice = transport.connection
  transport.setRemoteParams = (parameters) => {
    const { password, usernameFragment } = parameters
    const isKnown = ice.remoteUsername === usernameFragment && ice.remotePassword === password
    if (ice.remoteUsername && ice.remotePassword && !isKnown) transport.restart()
    ice.setRemoteParams(parameters)
  }
}

/**
 * werift repeats a flight that is not answered for half a minute, which keeps the process alive, unless it has come to a
 * later one. It may also be about to begin.
 */
const endHandshake = ({ dtls: socket }: RTCDtlsTransport): void => {
  if (socket !== undefined) Object.defineProperty(socket.dtls, "flight", { get: () => Infinity, set: () => {} })
}

/** On the loopback a server elsewhere is nobody's business. */
const serversOf = ({ iceServers, loopbackOnly }: PeerOptions) =>
  iceServers.flatMap(({ credential, urls, username }) => {
    const used = loopbackOnly ? urls.filter((url) => /^(stun|turn)s?:(127\.[\d.]+|\[::1\])(:|\?|$)/i.test(url)) : urls
    return used.map((url) => ({
      urls: [url],
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential: Redacted.value(credential) })
    }))
  })

const configurationOf = ({ configuration, loopbackOnly }: PeerOptions): PeerOptions["configuration"] => ({
  bundlePolicy: "max-bundle",
  iceStunGatherTimeout: stunSeconds,
  iceTurnConnectTimeout: turnSeconds,
  ...(loopbackOnly ? loopback : {}),
  ...configuration
})

const loopback: PeerOptions["configuration"] = {
  iceUseIpv4: false,
  iceUseIpv6: false,
  iceAdditionalHostAddresses: ["127.0.0.1"],
  iceInterfaceAddresses: { udp4: "127.0.0.1" },
  iceFilterStunResponse: (_, [host]) => Candidate.isLoopback(host)
}

const initOf = ({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: IceCandidate) => ({
  candidate: Candidate.repair(candidate),
  ...(sdpMid === undefined ? {} : { sdpMid }),
  ...(sdpMLineIndex === undefined ? {} : { sdpMLineIndex }),
  ...(usernameFragment === undefined ? {} : { usernameFragment })
})

/** werift's ICE says connected also while it has no way to the other side. */
export const isConnected = ({ iceTransport, state }: RTCDtlsTransport): boolean =>
  state === "connected" && iceTransport.connection.nominated !== undefined

export const detailOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).slice(0, 200)
