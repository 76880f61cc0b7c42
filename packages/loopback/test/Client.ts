/**
 * A client as plain as can be: a WebSocket, `fetch`, a werift connection, and the generated codec. It keeps what it hears
 * and does nothing on its own but answer offers, if it is told to.
 */
import type { TrackKey, TrackType } from "effect-track-resolver"
import { LoopbackSfu, Payload, Wire } from "effect-track-resolver-loopback"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { RTCRtpCodecParameters } from "werift"
import { RTCPeerConnection, SessionDescription, useOPUS } from "werift"
import { onLoopback } from "../../../test/support/onLoopback.ts"

const { event, models, signal } = Wire.Messages

/** An m-line of the last offer. */
export interface Line {
  readonly mid: string
  readonly direction: string
  readonly streamId: string | undefined
  readonly ssrc: number | undefined
}

/** A packet that came in: on which stream, and whose it is. */
export interface Received {
  readonly streamId: string | undefined
  readonly mark: Payload.Mark | undefined
  readonly extensions: number
  readonly payloadType: number
}

export interface ClientOptions {
  readonly userId: string
  readonly sessionId?: string
  readonly token?: string
  readonly answers?: boolean
  readonly receives?: boolean
  /** The SFU to join. Default: the first. */
  readonly node?: string
  /** What the join request says besides. */
  readonly request?: Wire.JoinRequest
  /** Goes on with this connection. */
  readonly connection?: RTCPeerConnection
  /** Of video. Default: werift's own. */
  readonly codecs?: ReadonlyArray<RTCRtpCodecParameters>
}

export const nameOf = ({ sessionId, trackType, userId }: TrackKey): string => `${userId} ${sessionId} ${trackType}`

export const linesOf = (sdp: string): ReadonlyArray<Line> =>
  SessionDescription.parse(sdp).media.map(({ direction, msid, rtp, ssrc }) => ({
    mid: rtp.muxId ?? "",
    direction: direction ?? "",
    streamId: msid?.split(" ")[0],
    ssrc: ssrc[0]?.ssrc
  }))

/** Something that only grows, and whoever waits for it to have grown enough. */
export const log = <A>() => {
  const items: Array<A> = []
  const waiters = new Set<
    { readonly isSo: (items: ReadonlyArray<A>) => boolean; readonly met: Deferred.Deferred<void> }
  >()
  const until = (isSo: (items: ReadonlyArray<A>) => boolean): Effect.Effect<ReadonlyArray<A>> =>
    Effect.suspend(() => {
      if (isSo(items)) return Effect.succeed(items)
      const waiter = { isSo, met: Deferred.makeUnsafe<void>() }
      waiters.add(waiter)
      return Effect.as(Deferred.await(waiter.met), items)
    })
  return {
    items,
    add: (item: A): void => {
      items.push(item)
      for (const waiter of Array.from(waiters)) {
        if (!waiter.isSo(items)) continue
        waiters.delete(waiter)
        Deferred.doneUnsafe(waiter.met, Effect.void)
      }
    },
    until,
    /** Those that come from now on and are wanted, once there are so many. */
    next: (count: number, isWanted: (item: A) => boolean): Effect.Effect<ReadonlyArray<A>> =>
      Effect.suspend(() => {
        const start = items.length
        const wanted = () => items.slice(start).filter(isWanted)
        return Effect.map(until(() => wanted().length >= count), wanted)
      })
  }
}

export const join = Effect.fnUntraced(function*(options: ClientOptions) {
  const sfu = yield* LoopbackSfu
  const { answers = true, receives = true, sessionId = crypto.randomUUID(), userId } = options
  const node = sfu.nodes.find(({ name }) => name === options.node) ?? sfu.nodes[0]!
  const token = options.token ?? (yield* sfu.token(userId))
  const events = log<Wire.SfuEvent>()
  const packets = log<Received>()
  const closed = Deferred.makeUnsafe<number>()
  const listened = new WeakSet<object>()
  let lines: ReadonlyArray<Line> = []

  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => new WebSocket(node.webSocketUrl)),
    (socket) => Effect.sync(() => socket.close(1000))
  )
  const connection = options.connection ?? (yield* Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        ...(options.codecs && { codecs: { audio: [useOPUS()], video: [...options.codecs] } })
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  ))

  const post = async (method: string, body: Uint8Array, headers: Record<string, string> = {}) => {
    const response = await fetch(`${node.url}/stream.video.sfu.signal.SignalServer/${method}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/protobuf", "authorization": `Bearer ${token}`, ...headers }
    })
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) }
  }

  const sendAnswer = (sdp: string, negotiationId: number) =>
    post(
      "SendAnswer",
      signal.SendAnswerRequest.encode({ peerType: 1, sdp, sessionId, negotiationId }).finish()
    ).then(({ body }) => signal.SendAnswerResponse.decode(body))

  /** Applies an offer and gives the answer. */
  const apply = async (sdp: string): Promise<string> => {
    await connection.setRemoteDescription({ type: "offer", sdp })
    lines = linesOf(sdp)
    for (const transceiver of connection.getTransceivers()) {
      for (const track of transceiver.receiver.tracks) {
        if (listened.has(track)) continue
        listened.add(track)
        track.onReceiveRtp.subscribe(({ header, payload }) =>
          packets.add({
            streamId: lines.find(({ mid, ssrc }) => mid === transceiver.mid && ssrc === header.ssrc)?.streamId,
            mark: Payload.read(payload),
            extensions: header.extensions.length,
            payloadType: header.payloadType
          })
        )
      }
    }
    const answer = await connection.createAnswer()
    for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
    await connection.setLocalDescription(answer)
    return connection.localDescription?.sdp ?? ""
  }

  let turn = Promise.resolve()
  const reply = ({ negotiationId, sdp }: NonNullable<Wire.SfuEvent["subscriberOffer"]>): void => {
    turn = turn.then(async () => {
      const [transport] = connection.iceTransports
      const known = transport?.connection.remoteUsername
      const restarts = known !== undefined && known !== "" && !sdp!.includes(`a=ice-ufrag:${known}`)
      if (restarts) transport!.restart()
      const answered = await apply(sdp!)
      if (restarts) transport!.start().catch(() => {})
      await sendAnswer(answered, negotiationId!)
    }).catch(() => {})
  }

  socket.binaryType = "arraybuffer"
  socket.addEventListener("close", ({ code }) => Deferred.doneUnsafe(closed, Effect.succeed(code)))
  socket.addEventListener("message", ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return
    const told = Wire.decodeEvent(new Uint8Array(data))
    if (told === undefined) return
    events.add(told)
    if (answers && told.subscriberOffer) reply(told.subscriberOffer)
  })
  yield* Effect.callback<void>((resume) => {
    socket.addEventListener("open", () => resume(Effect.void))
  })
  const ask = (request: Wire.SfuRequest): void => socket.send(event.SfuRequest.encode(request).finish())
  const joinAs = (more: Wire.JoinRequest = {}) =>
    ask({ joinRequest: { token, sessionId, subscriberSdp: receives ? "v=0" : "", ...more } })
  joinAs(options.request)
  const isAnswer = ({ error, joinResponse }: Wire.SfuEvent): boolean => Boolean(joinResponse ?? error)
  const answer = (yield* events.until((items) => items.some(isAnswer))).find(isAnswer)!

  const typesOf = (items: ReadonlyArray<Wire.SfuEvent>): ReadonlyArray<Wire.EventType | undefined> =>
    items.map(Wire.eventTypeOf)

  return {
    userId,
    sessionId,
    socket,
    connection,
    first: answer,
    closed: Deferred.await(closed),
    ask,
    post: (method: string, body: Uint8Array, headers?: Record<string, string>) =>
      Effect.promise(() => post(method, body, headers)),
    apply: (sdp: string) => Effect.promise(() => apply(sdp)),
    sendAnswer: (sdp: string, id: number) => Effect.promise(() => sendAnswer(sdp, id)),
    subscribe: (...keys: ReadonlyArray<TrackKey>) =>
      Effect.promise(async () => {
        const tracks = keys.map(({ sessionId, trackType, userId }) => ({
          userId,
          sessionId,
          trackType: Wire.wireTypeOf(trackType)
        }))
        const body = signal.UpdateSubscriptionsRequest.encode({ sessionId, tracks }).finish()
        const { body: answer } = await post("UpdateSubscriptions", body)
        return signal.UpdateSubscriptionsResponse.decode(answer)
      }),
    restartIce: Effect.promise(async () =>
      signal.ICERestartResponse.decode(
        (await post("IceRestart", signal.ICERestartRequest.encode({ sessionId, peerType: 1 }).finish())).body
      )
    ),
    /** Everything so far. */
    events: () => events.items,
    types: () => typesOf(events.items),
    untilEvents: events.until,
    /** The events of a type, once there are so many. */
    heard: (type: Wire.EventType, count = 1) =>
      Effect.map(
        events.until((items) => typesOf(items).filter((other) => other === type).length >= count),
        (items) => items.filter((told) => Wire.eventTypeOf(told) === type)
      ),
    /** Asks for a sign of life: once it is there, everything that was sent before has come. */
    caughtUp: Effect.suspend(() => {
      const before = typesOf(events.items).filter((type) => type === "healthCheckResponse").length
      ask({ healthCheckRequest: {} })
      return events.until((items) => typesOf(items).filter((type) => type === "healthCheckResponse").length > before)
    }),
    packets: () => packets.items,
    untilPackets: packets.until,
    /** So many packets of this track, from now on. */
    received: (key: TrackKey, count: number) =>
      packets.next(count, ({ mark }) => mark !== undefined && nameOf(mark.key) === nameOf(key)),
    lines: () => lines,
    iceTrickle: (candidate: string) =>
      Effect.promise(async () =>
        signal.ICETrickleResponse.decode(
          (await post(
            "IceTrickle",
            models.ICETrickle.encode({ peerType: 1, iceCandidate: candidate, sessionId }).finish()
          )).body
        )
      )
  }
})

export const keyOf = (
  { sessionId, userId }: { readonly userId: string; readonly sessionId: string },
  trackType: TrackType
): TrackKey => ({ userId, sessionId, trackType })
