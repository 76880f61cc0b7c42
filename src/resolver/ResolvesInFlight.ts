/**
 * The callers that wait, the scope that the callers of one participant share, and the lock that the callers of one key
 * share. The first caller creates scope and lock, the last one to leave removes them: one in use is never replaced, an
 * unused one never kept.
 *
 * Synchronous, so that a step can add a caller. `RcMap` needs an effect and a scope for each reference.
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Scope from "effect/Scope"
import type { Participant, TrackId, TrackKey, TrackType } from "../Track.ts"
import type { Turn } from "./internal/PermitQueue.ts"
import { PermitQueue } from "./internal/PermitQueue.ts"
import { participantId } from "./internal/State.ts"
import type { ResolveError } from "./ResolveError.ts"

/** A participant with callers. */
export interface ParticipantScope {
  readonly id: string
  /** Every waiting fiber of the participant runs in this scope. `cancel` closes it. */
  readonly scope: Scope.Closeable
  readonly locks: { [type in TrackType]: KeyLock | undefined }
  callers: number
  /** Undefined until the participant leaves. Completed by the last caller when it ends. */
  allEnded: Deferred.Deferred<void> | undefined
}

/** What is left to end of a participant that has left. */
export interface Detached {
  readonly scope: Scope.Closeable
  readonly allEnded: Deferred.Deferred<void>
}

/** A key with callers. */
export interface KeyLock {
  /** The semaphore of the key: its callers queue for the one permit. */
  readonly permits: PermitQueue
  callers: number
  /** The caller that holds the permit and waits. */
  holder: Caller | undefined
  /** The generations that an unpublish ended. A leave ended every other superseded one. */
  unpublished: Set<number> | undefined
}

/** A call of `resolve` that was not answered at once. */
export interface Caller {
  readonly key: TrackKey
  readonly generation: number
  readonly timeout: Duration.Duration
  readonly participantScope: ParticipantScope
  readonly lock: KeyLock
  readonly turn: Turn
  /** The result, unless the caller is interrupted. */
  readonly answer: Deferred.Deferred<TrackId, ResolveError>
  /** Queued for the permit; holding the permit; or ended by the step that decided `answer`. */
  phase: "Queued" | "Holding" | "Ended"
}

const makeParticipantScope = (id: string): ParticipantScope => ({
  id,
  scope: Scope.makeUnsafe(),
  locks: { Audio: undefined, Video: undefined, ScreenShare: undefined, ScreenShareAudio: undefined },
  callers: 0,
  allEnded: undefined
})

const makeKeyLock = (): KeyLock => ({
  permits: new PermitQueue(),
  callers: 0,
  holder: undefined,
  unpublished: undefined
})

export class ResolvesInFlight {
  private readonly participants = new Map<string, ParticipantScope>()
  private lockCount = 0

  /** Adds a caller, at the end of the queue of its key. */
  enter(key: TrackKey, generation: number, timeout: Duration.Duration): Caller {
    const id = participantId(key)
    let participantScope = this.participants.get(id)
    if (participantScope === undefined) this.participants.set(id, participantScope = makeParticipantScope(id))
    let lock = participantScope.locks[key.trackType]
    if (lock === undefined) {
      participantScope.locks[key.trackType] = lock = makeKeyLock()
      this.lockCount++
    }
    participantScope.callers++
    lock.callers++
    const turn = lock.permits.enter()
    return { key, generation, timeout, participantScope, lock, turn, answer: Deferred.makeUnsafe(), phase: "Queued" }
  }

  /** Removes a caller, and passes on the permit if it holds the permit. Only a fiber calls this. */
  leave({ key, lock, participantScope, turn }: Caller): void {
    lock.permits.leave(turn)
    if (--lock.callers === 0) {
      participantScope.locks[key.trackType] = undefined
      this.lockCount--
    }
    if (--participantScope.callers === 0 && this.participants.get(participantScope.id) === participantScope) {
      this.participants.delete(participantScope.id)
    }
  }

  lock(key: TrackKey): KeyLock | undefined {
    return this.participants.get(participantId(key))?.locks[key.trackType]
  }

  /**
   * Removes the scope of a participant that leaves: the next caller creates a new one. Present callers keep the old one, and
   * the last of them completes `allEnded`.
   */
  detach(participant: Participant): Detached | undefined {
    const id = participantId(participant)
    const participantScope = this.participants.get(id)
    if (participantScope === undefined) return undefined
    this.participants.delete(id)
    participantScope.allEnded = Deferred.makeUnsafe()
    return { scope: participantScope.scope, allEnded: participantScope.allEnded }
  }

  scopes(): ReadonlyArray<Scope.Closeable> {
    return Array.from(this.participants.values(), ({ scope }) => scope)
  }

  get sizes(): { readonly locks: number; readonly scopes: number } {
    return { locks: this.lockCount, scopes: this.participants.size }
  }
}
