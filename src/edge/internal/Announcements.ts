/**
 * The events of a call, and the state that they describe: the current participants and tracks. A new subscriber first
 * receives that state.
 *
 * Publishes an event only if it changes that state. So for each key, `TrackAdded` and `TrackRemoved` alternate with
 * equal track ids, and `ParticipantJoined` precedes every other event of a participant.
 */
import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Arguments from "../../internal/Arguments.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { LaggedError } from "../../LaggedError.ts"
import { idOf } from "../../resolver/Correlation.ts"
import type { TrackTimeoutError } from "../../resolver/ResolveError.ts"
import type { Binding, Participant, TrackId, TrackKey } from "../../Track.ts"
import { kindOf } from "../../Track.ts"
import type { CallEnded, EdgeError, EdgeEvent, TrackAdded, TrackRemovedReason } from "../EdgeEvent.ts"
import type { RemoteMediaSection, RtpPacket } from "../PeerConnection.ts"
import type { RemoteParticipant } from "../RemoteParticipant.ts"
import type { RemoteTrack } from "../RemoteTrack.ts"
import type { Subscription } from "../SfuClient.ts"
import * as ParticipantView from "./ParticipantView.ts"
import * as TrackPackets from "./TrackPackets.ts"

const args = Arguments.forService("StreamEdge")

/**
 * The number of events of one participant that one step can publish: a rejoin removes and adds four tracks, and the
 * participant, and changes it. With the events of the step before, which no subscriber may have had the time to take.
 */
const eventsOfParticipant = 16

/** How a call ended: with an event, with a failure, or with the edge's scope (`undefined`). */
export type Ending = CallEnded | Cause.Cause<EdgeError> | undefined

const isCallEnded = (ending: Ending): ending is CallEnded => ending !== undefined && "_tag" in ending

/** Of a publication that has a track. */
export interface TrackSource {
  readonly binding: Binding
  /** Absent if the track is of another edge with the same resolver. */
  readonly media: RemoteMediaSection | undefined
  readonly requestedSize: Subscription["dimension"]
  /** In milliseconds of the `Clock`. */
  readonly addedAt: number
}

/** A track from its `TrackAdded` to its `TrackRemoved`. A track that is added again is another one with the same id. */
interface AnnouncedTrack extends TrackPackets.TrackPackets {
  readonly added: TrackAdded
  /** The owner, as of `TrackAdded`. */
  readonly participant: RemoteParticipant
  readonly requestedSize: Subscription["dimension"]
  /** When it was added, and since when its publication is known: since `addedAt`, if its m-line had a track before. */
  readonly addedAt: number
  readonly knownAt: number
}

export class Announcements {
  /** By session id. */
  private readonly participants = new Map<string, RemoteParticipant>()
  /** By the id of the key. */
  private readonly tracks = new Map<string, AnnouncedTrack>()
  private readonly byTrackId = new Map<TrackId, AnnouncedTrack>()
  private readonly byAdded = new WeakMap<TrackAdded, AnnouncedTrack>()
  /** The session ids of the participants that are not sessions of our own user. */
  private readonly others = new Set<string>()
  /** The m-lines that had a track. */
  private readonly announcedMedia = new WeakSet<RemoteMediaSection>()
  private callEnded: CallEnded | undefined
  /** The largest number of participants so far. */
  private mostParticipants = 0

  private readonly fanout = Fanout.failOnLag<EdgeEvent, EdgeError>(
    () => [
      ...Array.from(this.participants.values(), (participant) => ({ _tag: "ParticipantJoined" as const, participant })),
      ...Array.from(this.tracks.values(), ({ added }) => added),
      ...(this.callEnded === undefined ? [] : [this.callEnded])
    ],
    () => eventsOfParticipant * this.mostParticipants
  )

  get currentParticipants(): ReadonlyArray<RemoteParticipant> {
    return Array.from(this.participants.values())
  }

  /** Whether somebody else than our own user is in the call. */
  get hasOthers(): boolean {
    return this.others.size > 0
  }

  get stream(): Stream.Stream<EdgeEvent, EdgeError | LaggedError> {
    return this.fanout.stream
  }

  /** The packets of the track that now has this id, until it is removed; empty if no track has it. */
  rtp(trackId: TrackId): Stream.Stream<RtpPacket> {
    return Stream.suspend(() => TrackPackets.rtp(this.byTrackId.get(trackId)))
  }

  /** A no-op if no track has this id now. */
  requestKeyFrame(trackId: TrackId): Effect.Effect<void> {
    return Effect.suspend(() => TrackPackets.requestKeyFrame(this.byTrackId.get(trackId)))
  }

  /** Whether the track of a `TrackAdded` that was published here has not been removed. */
  isAdded(added: TrackAdded): boolean {
    return !Deferred.isDoneUnsafe(this.byAdded.get(added)!.removed)
  }

  /** The track of a `TrackAdded` that was published here. */
  remoteTrack(added: TrackAdded): RemoteTrack {
    const track = this.byAdded.get(added)!
    const { _tag, ...fields } = added
    const { addedAt, knownAt, media, participant, requestedSize } = track
    return {
      ...fields,
      participant,
      kind: kindOf(added.key.trackType),
      ...(requestedSize === undefined ? {} : { requestedSize }),
      codec: media?.codecs[0],
      codecs: media?.codecs ?? [],
      rtp: TrackPackets.rtp(track),
      firstPacket: Effect.map(TrackPackets.firstPacketAt(track), (receivedAt) => ({
        receivedAt,
        elapsed: Math.max(0, receivedAt - knownAt)
      })),
      requestKeyFrame: TrackPackets.requestKeyFrame(track),
      keyFrame: TrackPackets.keyFrame(track),
      stalls: (after = "3 seconds") =>
        Stream.suspend(() => TrackPackets.stalls(track, addedAt, args.positiveDuration("after", after)))
    }
  }

  participantJoined(participant: RemoteParticipant): void {
    this.put(participant)
    this.mostParticipants = Math.max(this.mostParticipants, this.participants.size)
    this.fanout.publish({ _tag: "ParticipantJoined", participant })
  }

  /** A no-op if the participant is not announced, or nothing of it has changed that an event reports. */
  participantChanged(participant: RemoteParticipant): void {
    const before = this.participants.get(participant.sessionId)
    if (before === undefined || before.userId !== participant.userId) return
    this.put(participant)
    const changed = ParticipantView.changedFields(before, participant)
    if (changed.length > 0) this.fanout.publish({ _tag: "ParticipantChanged", participant, changed })
  }

  participantLeft({ sessionId, userId }: Participant): void {
    const before = this.participants.get(sessionId)
    if (before?.userId !== userId) return
    this.participants.delete(sessionId)
    this.others.delete(sessionId)
    this.fanout.publish({ _tag: "ParticipantLeft", participant: { ...before, publications: [] } })
  }

  trackOf(key: TrackKey): ParticipantView.TrackOfPublication | undefined {
    const track = this.tracks.get(idOf(key))
    return track && { trackId: track.added.trackId, codec: track.media?.codecs[0] }
  }

  /** `source` is absent if the key has no track. `reason`: why a former track ends. Returns whether anything has changed. */
  track(key: TrackKey, source: TrackSource | undefined, reason: TrackRemovedReason): boolean {
    const id = idOf(key)
    const before = this.tracks.get(id)
    if (before?.added.trackId === source?.binding.trackId) return false
    if (before !== undefined) this.removeTrack(id, before, reason)
    const participant = this.participants.get(key.sessionId)
    if (source !== undefined && participant?.userId === key.userId) this.addTrack(id, key, source, participant)
    // Last: a consumer of the track runs inside this call, and must find the state that the events describe.
    if (before !== undefined) Deferred.doneUnsafe(before.removed, Effect.void)
    return true
  }

  private addTrack(
    id: string,
    key: TrackKey,
    { addedAt, binding, media, requestedSize }: TrackSource,
    participant: RemoteParticipant
  ): void {
    const { evidence, registeredAt, requestedAt, resolvedAt, trackId } = binding
    const added: TrackAdded = { _tag: "TrackAdded", key, trackId, evidence, registeredAt, requestedAt, resolvedAt }
    const isAgain = media !== undefined && this.announcedMedia.has(media)
    const knownAt = isAgain ? addedAt : requestedAt
    if (isAgain) media.restartReception()
    else if (media !== undefined) this.announcedMedia.add(media)
    const track: AnnouncedTrack = {
      added,
      removed: Deferred.makeUnsafe(),
      participant,
      media,
      requestedSize,
      addedAt,
      knownAt
    }
    this.byAdded.set(added, track)
    this.tracks.set(id, track)
    this.byTrackId.set(trackId, track)
    this.fanout.publish(added)
  }

  private removeTrack(id: string, { added: { key, trackId } }: AnnouncedTrack, reason: TrackRemovedReason): void {
    this.tracks.delete(id)
    this.byTrackId.delete(trackId)
    this.fanout.publish({ _tag: "TrackRemoved", key, trackId, reason })
  }

  trackUnresolved(key: TrackKey, error: TrackTimeoutError): void {
    this.fanout.publish({ _tag: "TrackUnresolved", key, error })
  }

  end(ending: Ending): void {
    if (!isCallEnded(ending)) return this.fanout.end(ending)
    this.callEnded = ending
    this.fanout.publish(ending)
    this.fanout.end()
  }

  private put(participant: RemoteParticipant): void {
    const { isOwnUser, sessionId } = participant
    this.participants.set(sessionId, participant)
    if (isOwnUser) this.others.delete(sessionId)
    else this.others.add(sessionId)
  }
}
