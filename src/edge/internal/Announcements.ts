/**
 * The events of a call, and the state that they describe: the current participants and tracks. A new subscriber first
 * receives that state.
 *
 * Publishes an event only if it changes that state. So for each key, `TrackAdded` and `TrackRemoved` alternate with
 * equal track ids, and `ParticipantJoined` precedes every other event of a participant.
 */
import type * as Cause from "effect/Cause"
import type * as Stream from "effect/Stream"
import * as Fanout from "../../internal/Fanout.ts"
import type { LaggedError } from "../../LaggedError.ts"
import { idOf } from "../../resolver/Correlation.ts"
import type { TrackTimeoutError } from "../../resolver/ResolveError.ts"
import type { Binding, Participant, TrackKey } from "../../Track.ts"
import type { CallEnded, EdgeError, EdgeEvent, TrackAdded } from "../EdgeEvent.ts"

/** How a call ended: with an event, with a failure, or with the edge's scope (`undefined`). */
export type Ending = CallEnded | Cause.Cause<EdgeError> | undefined

const isCallEnded = (ending: Ending): ending is CallEnded => ending !== undefined && "_tag" in ending

export class Announcements {
  /** By session id. */
  private readonly participants = new Map<string, Participant>()
  /** By the id of the key. */
  private readonly tracks = new Map<string, TrackAdded>()
  private callEnded: CallEnded | undefined

  private readonly fanout = Fanout.failOnLag<EdgeEvent, EdgeError>(() => [
    ...Array.from(this.participants.values(), (participant) => ({ _tag: "ParticipantJoined" as const, participant })),
    ...this.tracks.values(),
    ...(this.callEnded === undefined ? [] : [this.callEnded])
  ])

  get stream(): Stream.Stream<EdgeEvent, EdgeError | LaggedError> {
    return this.fanout.stream
  }

  hasTrack(key: TrackKey): boolean {
    return this.tracks.has(idOf(key))
  }

  participantJoined(participant: Participant): void {
    this.participants.set(participant.sessionId, participant)
    this.fanout.publish({ _tag: "ParticipantJoined", participant })
  }

  participantLeft(participant: Participant): void {
    if (!this.has(participant)) return
    this.participants.delete(participant.sessionId)
    this.fanout.publish({ _tag: "ParticipantLeft", participant })
  }

  /** `bound` is the binding of the key's current track; absent if the key has none. */
  track(key: TrackKey, bound: Binding | undefined): void {
    const id = idOf(key)
    const before = this.tracks.get(id)
    if (before?.trackId === bound?.trackId) return
    if (before !== undefined) {
      this.tracks.delete(id)
      this.fanout.publish({ _tag: "TrackRemoved", key, trackId: before.trackId })
    }
    if (bound === undefined || !this.has(key)) return
    const { evidence, registeredAt, requestedAt, resolvedAt, trackId } = bound
    const added: TrackAdded = { _tag: "TrackAdded", key, trackId, evidence, registeredAt, requestedAt, resolvedAt }
    this.tracks.set(id, added)
    this.fanout.publish(added)
  }

  trackUnresolved(key: TrackKey, error: TrackTimeoutError): void {
    if (this.has(key)) this.fanout.publish({ _tag: "TrackUnresolved", key, error })
  }

  end(ending: Ending): void {
    if (!isCallEnded(ending)) return this.fanout.end(ending)
    this.callEnded = ending
    this.fanout.publish(ending)
    this.fanout.end()
  }

  private has({ sessionId, userId }: Participant): boolean {
    return this.participants.get(sessionId)?.userId === userId
  }
}
