/**
 * The SFU's end of a subscriber's connection: one offer at a time, with an id that goes up, and whatever changes
 * meanwhile waits for its answer.
 */
import type { IceCandidate } from "effect-track-resolver"
import type { TrackKey } from "effect-track-resolver"
import { SdpRepair } from "effect-track-resolver/werift/unstable"
import type { Peer } from "effect-track-resolver/werift/unstable"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import { randomInt, randomUUID } from "node:crypto"
import type { RTCRtpTransceiver } from "werift"
import { MediaStream, MediaStreamTrack, RtpHeader, RtpPacket } from "werift"
import * as Connection from "./Connection.ts"
import * as Lines from "./Lines.ts"
import type { Media } from "./Publisher.ts"
import type { Settings } from "./Settings.ts"

export interface Offer {
  readonly sdp: string
  readonly negotiationId: number
  readonly iceRestart: boolean
}

/** What became of an answer: `Stale` answers an offer that is not the one in flight. */
export type Answered = "Applied" | "Stale" | "Refused"

export interface Subscriber {
  /** What is wanted may have changed. */
  readonly renegotiate: () => void
  readonly restartIce: () => void
  /** 0 is an answer of a client that does not know of negotiation ids. */
  readonly answer: (sdp: string, negotiationId: number) => Effect.Effect<Answered>
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** Whether an m-line carries this publication, and its client knows. */
  readonly carries: (name: string) => boolean
  /** Sends on the m-line that carries this publication. False, if none does at the moment. */
  readonly forward: (name: string, media: Media) => boolean
  /** Makes no offer until it is let, or the scope closes. */
  readonly holdOffers: Effect.Effect<{ readonly release: Effect.Effect<void> }, never, Scope.Scope>
  /** From the next offer on the m-line of the one publication carries the other. */
  readonly give: (from: string, to: string) => void
  /** Whether the client has answered for all that it is to receive. */
  readonly isSettled: () => boolean
  /** The m-lines as the client has them. */
  readonly lines: () => Lines.Lines
}

export interface SubscriberOptions {
  readonly scope: Scope.Scope
  readonly settings: () => Settings
  readonly plan: (lines: Lines.Lines, forced: Lines.Forced) => Lines.Lines
  readonly send: (offer: Offer) => void
  /** The client has lost a picture, or begins to receive one. */
  readonly onKeyFrameNeeded: (key: TrackKey) => void
  /** An answer has been applied. */
  readonly onAnswered: () => void
}

/** How long an offer waits for the connection of the one before it. */
const connecting = "5 seconds"

export const make = Effect.fnUntraced(function*(options: SubscriberOptions): Effect.fn.Return<Subscriber> {
  const { onAnswered, onKeyFrameNeeded, plan, scope, send, settings } = options
  const changed = yield* Latch.make(false)
  const transceivers = new Map<number, RTCRtpTransceiver>()
  const sources = new WeakMap<object, object>()
  const holds = new Set<object>()
  const unheld = yield* Latch.make(true)
  const connection = Connection.make(scope)
  let answered: Lines.Lines = []
  let offered: Lines.Lines | undefined
  let open: ReadonlyMap<string, Lines.Line> = new Map()
  let forced = new Map<number, string>()
  let restart = false
  let lastId = 0
  let inFlight: { readonly id: number; readonly done: Deferred.Deferred<void> } | undefined

  const sending = (line: Lines.Line): void => {
    const before = open.get(line.track?.name ?? "")
    if (line.kind === "video" && line.track !== undefined && before === undefined) onKeyFrameNeeded(line.track.key)
  }

  const account = (): void => {
    const after = Lines.open(answered, offered)
    for (const line of after.values()) sending(line)
    open = after
  }

  const carry = (connection: Peer.Peer["connection"], before: Lines.Line | undefined, line: Lines.Line): void => {
    const { sectionDirection: lineDirection, reuseSsrc } = settings()
    const known = transceivers.get(line.id)
    if (before !== undefined && before.track === line.track && before.stopped === line.stopped) return
    // What was never answered werift would leave out of the next offer, in which no m-line may be missing.
    const isAnswered = answered.some(({ id }) => id === line.id)
    if (line.stopped && isAnswered) return known?.stop()
    if (line.track === undefined) return known?.setDirection("inactive")
    if (known === undefined || before?.stopped === true) {
      const transceiver = connection.addTransceiver(new MediaStreamTrack({ kind: line.kind }), {
        direction: lineDirection,
        streams: [new MediaStream({ id: line.track.streamId })]
      })
      transceivers.set(line.id, transceiver)
      transceiver.sender.onPictureLossIndication.subscribe(() => {
        const now = answered.find(({ id }) => id === line.id)?.track
        if (now !== undefined) onKeyFrameNeeded(now.key)
      })
      return
    }
    const { sender } = known
    sender.streamIds = [line.track.streamId]
    // Read-only to TypeScript, plain fields to werift.
    const fields: { trackId: string; ssrc: number } = sender
    fields.trackId = randomUUID()
    if (reuseSsrc === "new" && (before?.track !== undefined || before?.retired === true)) {
      fields.ssrc = randomInt(1, 2 ** 32)
      connection["router"].registerRtpSender(sender)
    }
    known.setDirection(lineDirection)
  }

  const letGo = (hold: object): void => {
    holds.delete(hold)
    if (holds.size === 0) unheld.openUnsafe()
  }

  /** What changes without an offer, changes at once. */
  const isDue = (lines: Lines.Lines): boolean => {
    const base = offered ?? answered
    if (Lines.isNews(base, lines) || (restart && lastId > 0)) return true
    if (offered === undefined) answered = lines
    else offered = lines
    restart = false
    return false
  }

  const offer = Effect.gen(function*() {
    if (!isDue(plan(offered ?? answered, forced))) return
    const peer = yield* connection.opened
    if (inFlight === undefined && lastId > 0) yield* Effect.timeoutOption(Connection.settled(peer), connecting)
    yield* unheld.await
    // What is wanted may have changed while this waited.
    const base = offered ?? answered
    const lines = plan(base, forced)
    if (!isDue(lines)) return
    const iceRestart = restart && lastId > 0
    restart = false
    forced = new Map()
    const done = Deferred.makeUnsafe<void>()
    inFlight = { id: ++lastId, done }
    // From here on nothing is sent on a line that changes hands.
    offered = lines
    account()
    const sdp = yield* peer.serialized(Effect.gen(function*() {
      for (const line of lines) carry(peer.connection, base.find(({ id }) => id === line.id), line)
      return yield* peer.setLocal(yield* peer.createOffer({ iceRestart }))
    })).pipe(Effect.tapError(() =>
      Effect.sync(() => {
        // As if it had never been tried: the next change tries again.
        inFlight = undefined
        offered = undefined
        account()
      })
    ))
    send({ sdp, negotiationId: lastId, iceRestart })
    yield* Deferred.await(done)
  })

  yield* changed.await.pipe(
    Effect.andThen(unheld.await),
    Effect.andThen(Effect.sync(() => changed.closeUnsafe())),
    Effect.andThen(offer),
    Effect.catch((error) => Effect.logWarning("the loopback SFU could not make an offer", error.detail)),
    Effect.forever,
    Effect.forkIn(scope)
  )

  return {
    renegotiate: () => changed.openUnsafe(),
    restartIce: () => {
      restart = true
      if (inFlight !== undefined) Deferred.doneUnsafe(inFlight.done, Effect.void)
      changed.openUnsafe()
    },
    answer: (sdp, negotiationId) =>
      Effect.suspend((): Effect.Effect<Answered> => {
        const current = inFlight
        const isCurrent = current !== undefined && (negotiationId === 0 || negotiationId === current.id)
        const peer = connection.current()
        if (peer === undefined || !isCurrent) return Effect.succeed("Stale")
        const { serialized, setRemote } = peer
        return serialized(setRemote({ type: "answer", sdp: SdpRepair.repair(sdp, { loopbackOnly: true }) })).pipe(
          Effect.match({
            onFailure: () => "Refused" as const,
            onSuccess: () => {
              answered = offered ?? answered
              offered = undefined
              inFlight = undefined
              account()
              onAnswered()
              Deferred.doneUnsafe(current.done, Effect.void)
              return "Applied" as const
            }
          })
        )
      }),
    addIceCandidate: (candidate) =>
      Effect.suspend(() => connection.current()?.addIceCandidate(candidate) ?? Effect.void),
    carries: (name) => open.has(name),
    forward: (name, { codec, marker, payload, sequenceNumber, source, timestamp }) => {
      const line = open.get(name)
      if (line?.track === undefined) return false
      const { codecs = [], sender } = transceivers.get(line.id) ?? {}
      const track = sender?.track
      if (!track || connection.current()?.connection.connectionState !== "connected") return false
      // What the publisher sends is sent on as it is, under the number that the client has for it: if it has one.
      const negotiated = codecs.find(({ mimeType }) => mimeType.toLowerCase() === codec)
      if (negotiated === undefined) return false
      sender.codec = negotiated
      if (sources.get(sender) !== source) {
        // Another source's numbers go on where the last one's ended.
        sender.replaceRTP({ sequenceNumber, timestamp })
        sources.set(sender, source)
        if (line.kind === "video") onKeyFrameNeeded(line.track.key)
      }
      const header = new RtpHeader({ marker, sequenceNumber, timestamp, payloadType: negotiated.payloadType })
      track.writeRtp(new RtpPacket(header, payload))
      return true
    },
    holdOffers: Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => {
          const hold = {}
          holds.add(hold)
          unheld.closeUnsafe()
          return hold
        }),
        (hold) => Effect.sync(() => letGo(hold))
      ),
      (hold) => ({ release: Effect.sync(() => letGo(hold)) })
    ),
    give: (from, to) => {
      const line = (offered ?? answered).find(({ track }) => track?.name === from)
      if (line === undefined) return
      forced.set(line.id, to)
      changed.openUnsafe()
    },
    isSettled: () => offered === undefined && !Lines.isNews(answered, plan(answered, forced)),
    lines: () => answered
  }
})
