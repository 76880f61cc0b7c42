/**
 * The other end: a werift connection on 127.0.0.1 that offers what it is told to, as an SFU does, and lets the test look
 * at the SDP on its way. What werift gets wrong as an offerer is put right here by hand.
 */
import { assert } from "@effect/vitest"
import { PeerConnectionFactory } from "effect-track-resolver"
import type {
  IceServer,
  NegotiationError,
  PeerConnection,
  PeerConnectionState,
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
  MediaStream,
  MediaStreamTrack,
  RTCPeerConnection,
  type RTCRtpTransceiver,
  RtpHeader,
  RtpPacket,
  useOPUS,
  useSdesMid,
  useVP8
} from "werift"
import { onLoopback } from "../support/onLoopback.ts"

export interface Sender {
  readonly transceiver: RTCRtpTransceiver
  readonly track: MediaStreamTrack
  /** What each of its packets carries. */
  readonly send: (mark: string, header?: Partial<RtpHeader>) => void
}

export interface Sfu {
  readonly connection: RTCPeerConnection
  readonly publish: (kind: "audio" | "video", streamId?: string) => Sender
  /** Any packet at all, past what is negotiated. */
  readonly sendRaw: (mark: string, header: Partial<RtpHeader>) => void
  readonly offer: (options?: { readonly iceRestart?: boolean }) => Effect.Effect<string>
  readonly accept: (answer: string) => Effect.Effect<void>
  /** Offer, answer, accept. What the subscriber makes of it. */
  readonly exchange: (
    subscriber: PeerConnection,
    options?: { readonly edit?: (offer: string) => string; readonly iceRestart?: boolean }
  ) => Effect.Effect<ReadonlyArray<RemoteMediaSection>, NegotiationError>
}

const open = Effect.fnUntraced(function*(iceLite: boolean): Effect.fn.Return<Sfu, never, Scope.Scope> {
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        iceLite,
        codecs: { audio: [useOPUS()], video: [useVP8()] },
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
    const send = (mark: string, header?: Partial<RtpHeader>): void => {
      sequenceNumber = (sequenceNumber + 1) & 0xffff
      const timestamp = sequenceNumber * 960
      const payloadType = kind === "audio" ? 96 : 97
      track.writeRtp(
        new RtpPacket(new RtpHeader({ sequenceNumber, timestamp, payloadType, ...header }), Buffer.from(mark))
      )
    }
    return { transceiver, track, send }
  }

  let rawSequence = 0
  const sendRaw: Sfu["sendRaw"] = (mark, header) => {
    const sequenceNumber = rawSequence = (rawSequence + 1) & 0xffff
    const [dtls] = connection.dtlsTransports
    dtls!.sendRtp(Buffer.from(mark), new RtpHeader({ sequenceNumber, ...header })).catch(() => {})
  }

  const offer: Sfu["offer"] = (options) =>
    Effect.promise(async () => {
      const offer = await connection.createOffer(options?.iceRestart === true ? { iceRestart: true } : {})
      for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
      await connection.setLocalDescription(offer)
      return connection.localDescription!.sdp
    })

  const accept: Sfu["accept"] = (sdp) =>
    Effect.promise(async () => {
      await connection.setRemoteDescription({ type: "answer", sdp })
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

/** Answers to connectivity checks, and makes none (RFC 8445, section 2.5), as SFUs on public addresses do. */
export const openLiteSfu = open(true)

/** A subscriber's connection, as the library opens it. */
export const openSubscriber = (
  options?: WeriftPeerConnection.WeriftOptions & { readonly iceServers?: ReadonlyArray<IceServer> }
): Effect.Effect<PeerConnection, NegotiationError, Scope.Scope> =>
  PeerConnectionFactory.use((factory) => factory.open({ iceServers: options?.iceServers ?? [] })).pipe(
    Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true, ...options }))
  )

/** Well before the 30 seconds after which consent expires, and a connection that is lost mends or ends by itself. */
export const until = (subscriber: PeerConnection, state: PeerConnectionState): Effect.Effect<void> =>
  subscriber.states.pipe(
    Stream.takeUntil((seen) => seen === state),
    Stream.runDrain,
    Effect.timeoutOrElse({
      duration: "15 seconds",
      orElse: () => Effect.die(new Error(`not ${state} in 15 seconds`))
    })
  )

/** Sends until so many packets have come in, and gives the marks they carry. */
export const marksOf = (
  media: RemoteMediaSection,
  sending: () => void,
  count = 5
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function*() {
    const marks = yield* Effect.forkChild(
      media.rtp.pipe(Stream.take(count), Stream.map(markOf), Stream.runCollect),
      { startImmediately: true }
    )
    const sender = yield* Effect.forkChild(Effect.repeat(Effect.sync(sending), Schedule.spaced("5 millis")))
    const collected = yield* Fiber.join(marks)
    yield* Fiber.interrupt(sender)
    return collected
  })

export const markOf = ({ payload }: { readonly payload: Uint8Array }): string => Buffer.from(payload).toString()

/** Everything that it carries until it ends. */
export const heard = (media: RemoteMediaSection): Effect.Effect<Fiber.Fiber<ReadonlyArray<string>>> =>
  Effect.forkDetach(media.rtp.pipe(Stream.map(markOf), Stream.runCollect), { startImmediately: true })

/**
 * Holds the subscriber between the offer that it has applied and its answer. `held` is its connection, as werift has it.
 */
export const holdAnswers: Effect.Effect<
  { readonly held: Deferred.Deferred<RTCPeerConnection>; readonly go: Deferred.Deferred<void, Error> },
  never,
  Scope.Scope
> = Effect.gen(function*() {
  const held = yield* Deferred.make<RTCPeerConnection>()
  const go = yield* Deferred.make<void, Error>()
  const services = yield* Effect.context<never>()
  const { createAnswer } = RTCPeerConnection.prototype
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      RTCPeerConnection.prototype.createAnswer = async function() {
        Deferred.doneUnsafe(held, Effect.succeed(this))
        await Effect.runPromiseWith(services)(Deferred.await(go))
        return createAnswer.call(this)
      }
    }),
    () => Effect.sync(() => void (RTCPeerConnection.prototype.createAnswer = createAnswer))
  )
  return { held, go }
})

/** Sends so many packets, until they have all reached the connection, whatever becomes of them there. */
export const reach = (connection: RTCPeerConnection, sending: () => void, count = 5): Effect.Effect<void> =>
  Effect.callback((resume) => {
    let seen = 0
    const { unSubscribe } = connection.dtlsTransports[0]!.onRtp.subscribe(() => {
      if (++seen === count) resume(Effect.void)
    })
    for (let sent = 0; sent < count; sent++) sending()
    return Effect.sync(unSubscribe)
  })

/** The connections that werift makes meanwhile. */
export const connections: Effect.Effect<ReadonlyArray<RTCPeerConnection>, never, Scope.Scope> = Effect.gen(function*() {
  const made: Array<RTCPeerConnection> = []
  const { createAnswer } = RTCPeerConnection.prototype
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      RTCPeerConnection.prototype.createAnswer = function() {
        if (!made.includes(this)) made.push(this)
        return createAnswer.call(this)
      }
    }),
    () => Effect.sync(() => void (RTCPeerConnection.prototype.createAnswer = createAnswer))
  )
  return made
})

/** Exactly one of these. */
export const only = <A>(all: ReadonlyArray<A>): A => {
  assert.strictEqual(all.length, 1)
  return all[0]!
}

/** What the process would die of. */
export const unhandled: Effect.Effect<ReadonlyArray<unknown>, never, Scope.Scope> = Effect.gen(function*() {
  const seen: Array<unknown> = []
  const listen = (cause: unknown): void => void seen.push(cause)
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      process.on("unhandledRejection", listen)
      process.on("uncaughtException", listen)
    }),
    () =>
      Effect.sync(() => {
        process.off("unhandledRejection", listen)
        process.off("uncaughtException", listen)
      })
  )
  return seen
})
