/**
 * The remote side of a subscriber: a werift connection on 127.0.0.1 that makes offers, as an SFU does, and lets a test
 * edit the SDP in between. It repairs the faults of werift as the offerer.
 */
import { assert } from "@effect/vitest"
import { PeerConnectionFactory } from "effect-track-resolver"
import type {
  IceServer,
  NegotiationError,
  PeerConnection,
  PeerConnectionState,
  PublisherConnection,
  RemoteMediaSection
} from "effect-track-resolver"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import {
  isMedia,
  isRtcp,
  MediaStream,
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  RtpHeader,
  RtpPacket,
  useOPUS,
  useSdesMid,
  useVP8
} from "werift"
import { onLoopback } from "../support/onLoopback.ts"

const rtx = () => new RTCRtpCodecParameters({ mimeType: "video/rtx", clockRate: 90_000 })

export interface Sender {
  readonly transceiver: RTCRtpTransceiver
  readonly track: MediaStreamTrack
  /** Sends one packet whose payload is the text. */
  readonly send: (text: string, header?: Partial<RtpHeader>) => void
}

export interface Sfu {
  readonly connection: RTCPeerConnection
  readonly publish: (kind: "audio" | "video", streamId?: string) => Sender
  /** Sends a packet that need not belong to a negotiated track. */
  readonly sendRaw: (text: string, header: Partial<RtpHeader>) => void
  readonly offer: (options?: { readonly iceRestart?: boolean }) => Effect.Effect<string>
  readonly accept: (answer: string) => Effect.Effect<void>
  /** Offers, gets the answer and applies it. Returns the m-lines that the subscriber reports. */
  readonly exchange: (
    subscriber: PeerConnection,
    options?: { readonly edit?: (offer: string) => string; readonly iceRestart?: boolean }
  ) => Effect.Effect<ReadonlyArray<RemoteMediaSection>, NegotiationError>
}

const open = Effect.fnUntraced(function*(
  iceLite: boolean,
  hasRtx = false
): Effect.fn.Return<Sfu, never, Scope.Scope> {
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        iceLite,
        codecs: { audio: [useOPUS()], video: hasRtx ? [useVP8(), rtx()] : [useVP8()] },
        headerExtensions: { audio: [useSdesMid()], video: [useSdesMid()] }
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  )

  const publish = (kind: "audio" | "video", streamId?: string): Sender => {
    const track = new MediaStreamTrack({ kind })
    const streams = streamId === undefined ? [] : [new MediaStream({ id: streamId })]
    const transceiver = connection.addTransceiver(track, { direction: "sendonly", streams })
    let sequenceNumber = 0
    const send = (text: string, header?: Partial<RtpHeader>): void => {
      sequenceNumber = (sequenceNumber + 1) & 0xffff
      const timestamp = sequenceNumber * 960
      const payloadType = kind === "audio" ? 96 : 97
      track.writeRtp(
        new RtpPacket(new RtpHeader({ sequenceNumber, timestamp, payloadType, ...header }), Buffer.from(text))
      )
    }
    return { transceiver, track, send }
  }

  let rawSequence = 0
  const sendRaw: Sfu["sendRaw"] = (text, header) => {
    const sequenceNumber = rawSequence = (rawSequence + 1) & 0xffff
    const [dtls] = connection.dtlsTransports
    dtls!.sendRtp(Buffer.from(text), new RtpHeader({ sequenceNumber, ...header })).catch(() => {})
  }

  const offer: Sfu["offer"] = (options) =>
    Effect.promise(async () => {
      const offer = await connection.createOffer(options?.iceRestart === true ? { iceRestart: true } : {})
      // Without this werift contacts its default STUN server (H1).
      for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
      await connection.setLocalDescription(offer)
      return connection.localDescription!.sdp
    })

  const accept: Sfu["accept"] = (sdp) =>
    Effect.promise(async () => {
      await connection.setRemoteDescription({ type: "answer", sdp })
      // Without this werift does not check connectivity after an ICE restart (H12).
      for (const { iceTransport, state } of connection.dtlsTransports) {
        if (state === "connected" && iceTransport.connection.nominated === undefined) {
          iceTransport.start().catch(() => {})
        }
      }
    })

  return {
    connection,
    publish,
    sendRaw,
    offer,
    accept,
    exchange: (subscriber, options) =>
      Effect.gen(function*() {
        const offered = yield* offer(options)
        const { media, sdp } = yield* subscriber.answer(options?.edit?.(offered) ?? offered)
        yield* accept(sdp)
        return media
      })
  }
})

export const openSfu = open(false)

/** Retransmits with RTX (RFC 4588): VP8 has the payload type 97, and RTX 98. */
export const openRtxSfu = open(false, true)

/** Answers connectivity checks and starts none (RFC 8445, section 2.5), as SFUs on public addresses do. */
export const openLiteSfu = open(true)

/** A subscriber's connection, opened by the library. */
export const openSubscriber = (
  options?: WeriftPeerConnection.WeriftOptions & { readonly iceServers?: ReadonlyArray<IceServer> }
): Effect.Effect<PeerConnection, NegotiationError, Scope.Scope> =>
  PeerConnectionFactory.use((factory) => factory.open({ iceServers: options?.iceServers ?? [] })).pipe(
    Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true, ...options }))
  )

/**
 * Waits for a state, 15 seconds at most. That is shorter than the 30 seconds after which consent expires, so a lost
 * connection does not pass a test by recovering or failing on its own.
 */
export const untilState = (
  connection: Pick<PeerConnection, "states">,
  state: PeerConnectionState
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const states: Array<PeerConnectionState> = []
    return connection.states.pipe(
      Stream.takeUntil((current) => {
        states.push(current)
        return current === state
      }),
      Stream.runDrain,
      Effect.timeoutOrElse({
        duration: "15 seconds",
        orElse: () => Effect.die(new Error(`not ${state} in 15 seconds, but ${states.join(", ")}`))
      })
    )
  })

/** An offer that names no SSRC: the m-line of a packet follows from its mid or its payload type. */
export const withoutSsrc = (sdp: string): string => sdp.replace(/a=ssrc.*\r\n/g, "")

/** Sends until `count` packets have arrived on the m-line, and returns their texts. */
export const receiveTexts = (
  media: RemoteMediaSection,
  send: () => void,
  count = 5
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function*() {
    const receiving = yield* Effect.forkChild(
      media.rtp.pipe(Stream.take(count), Stream.map(textOf), Stream.runCollect),
      { startImmediately: true }
    )
    const sending = yield* Effect.forkChild(Effect.repeat(Effect.sync(send), Schedule.spaced("5 millis")))
    const texts = yield* Fiber.join(receiving)
    yield* Fiber.interrupt(sending)
    return texts
  })

/** The payload of a packet as text. */
export const textOf = ({ payload }: { readonly payload: Uint8Array }): string => Buffer.from(payload).toString()

/** Collects the texts of an m-line's packets until its stream ends. */
export const collectTexts = (media: RemoteMediaSection): Effect.Effect<Fiber.Fiber<ReadonlyArray<string>>> =>
  Effect.forkDetach(media.rtp.pipe(Stream.map(textOf), Stream.runCollect), { startImmediately: true })

/** Sends `count` packets and waits until all have arrived at the connection, delivered or not. */
export const sendAndAwaitArrival = (
  connection: RTCPeerConnection,
  send: () => void,
  count = 5
): Effect.Effect<void> =>
  Effect.callback((resume) => {
    let arrived = 0
    const { unSubscribe } = connection.iceTransports[0]!.connection.onData.subscribe((datagram) => {
      if (isMedia(datagram) && !isRtcp(datagram) && ++arrived === count) resume(Effect.void)
    })
    for (let sent = 0; sent < count; sent++) send()
    return Effect.sync(unSubscribe)
  })

type CreateAnswer = RTCPeerConnection["createAnswer"]

/** Replaces werift's `createAnswer`, which gets the original, until the scope closes. */
const replaceCreateAnswer = (
  replacement: (connection: RTCPeerConnection, createAnswer: CreateAnswer) => ReturnType<CreateAnswer>
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.suspend(() => {
    const { createAnswer } = RTCPeerConnection.prototype
    return Effect.asVoid(Effect.acquireRelease(
      Effect.sync(() => {
        RTCPeerConnection.prototype.createAnswer = function() {
          return replacement(this, createAnswer)
        }
      }),
      () => Effect.sync(() => void (RTCPeerConnection.prototype.createAnswer = createAnswer))
    ))
  })

/**
 * Holds every answer after its offer was applied and before the answer is created. `held` completes with the werift
 * connection; `go` lets the answers continue, or fails them.
 */
export const holdAnswers: Effect.Effect<
  { readonly held: Deferred.Deferred<RTCPeerConnection>; readonly go: Deferred.Deferred<void, Error> },
  never,
  Scope.Scope
> = Effect.gen(function*() {
  const held = yield* Deferred.make<RTCPeerConnection>()
  const go = yield* Deferred.make<void, Error>()
  const services = yield* Effect.context<never>()
  yield* replaceCreateAnswer(async (connection, createAnswer) => {
    Deferred.doneUnsafe(held, Effect.succeed(connection))
    await Effect.runPromiseWith(services)(Deferred.await(go))
    return createAnswer.call(connection)
  })
  return { held, go }
})

/** The werift connections that create an answer while the scope is open. */
export const answeringConnections: Effect.Effect<ReadonlyArray<RTCPeerConnection>, never, Scope.Scope> = Effect.gen(
  function*() {
    const answering: Array<RTCPeerConnection> = []
    yield* replaceCreateAnswer((connection, createAnswer) => {
      if (!answering.includes(connection)) answering.push(connection)
      return createAnswer.call(connection)
    })
    return answering
  }
)

/** Drops every datagram that this side sends on its selected pairs, until `heal`. */
export const cut = (connection: RTCPeerConnection) => {
  const originals = connection.iceTransports.flatMap(({ connection: ice }) =>
    ice.nominated === undefined ? [] : [ice.nominated.protocol]
  ).map((protocol) => {
    const { sendData, sendStun } = protocol
    protocol.sendData = () => Promise.resolve()
    protocol.sendStun = () => Promise.resolve()
    return () => Object.assign(protocol, { sendData, sendStun })
  })
  return { heal: () => originals.forEach((restore) => restore()) }
}

/**
 * Waits until ICE has selected a pair, 15 seconds at most. After a restart that shows more than packets do, which flow on
 * the former pair until then.
 */
export const untilSelected = (connection: RTCPeerConnection): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const isSelected = () => connection.iceTransports.every(({ connection: ice }) => ice.nominated !== undefined)
    const end = performance.now() + 15_000
    // Not on the `Clock`, which may be a test's.
    const timer = setInterval(() => {
      if (!isSelected() && performance.now() < end) return
      clearInterval(timer)
      resume(isSelected() ? Effect.void : Effect.die(new Error("no pair was selected")))
    }, 5)
    return Effect.sync(() => clearInterval(timer))
  })

/** The states of a connection so far. */
export const statesOf = (connection: Pick<PeerConnection | PublisherConnection, "states">) =>
  Effect.gen(function*() {
    const states: Array<PeerConnectionState> = []
    yield* Effect.forkScoped(Stream.runForEach(connection.states, (state) => Effect.sync(() => states.push(state))), {
      startImmediately: true
    })
    return states
  })

/** The only element. */
export const only = <A>(all: ReadonlyArray<A>): A => {
  assert.strictEqual(all.length, 1)
  return all[0]!
}

/** The unhandled rejections and uncaught exceptions while the scope is open. By default they end the process. */
export const unhandledErrors: Effect.Effect<ReadonlyArray<unknown>, never, Scope.Scope> = Effect.gen(function*() {
  const errors: Array<unknown> = []
  const add = (error: unknown): void => void errors.push(error)
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      process.on("unhandledRejection", add)
      process.on("uncaughtException", add)
    }),
    () =>
      Effect.sync(() => {
        process.off("unhandledRejection", add)
        process.off("uncaughtException", add)
      })
  )
  return errors
})
