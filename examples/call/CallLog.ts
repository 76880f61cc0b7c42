/**
 * What an application hears of a call, told as it happens: who is there, each track with its evidence and how long it
 * took, and whose packets came in on it. Knows nothing but the edge.
 */
import type {
  EdgeError,
  EdgeEvent,
  EdgeState,
  LaggedError,
  StreamEdge,
  TrackAdded,
  TrackId,
  TrackKey
} from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Log } from "../log.ts"

/** A track, from `TrackAdded` to `TrackRemoved`. */
export interface Spell {
  readonly key: TrackKey
  readonly trackId: TrackId
  readonly millis: number
  /** Packets, by the name of who sent them: what they carry says it. */
  readonly packets: Map<string, number>
  readonly beganAt: number
  endedAt: number | undefined
}

export interface Account {
  readonly spells: ReadonlyArray<Spell>
  /** Sessions that are there. */
  readonly people: ReadonlySet<string>
  /** How often the edge has joined anew or migrated: each track is another one then. */
  readonly renewals: () => number
  /** Publications whose track did not come in time. */
  readonly unresolved: ReadonlyArray<TrackKey>
  /** Waits for the end of the call. */
  readonly end: Effect.Effect<void, EdgeError | LaggedError>
}

const waited = ({ requestedAt, registeredAt, resolvedAt }: TrackAdded): string => {
  const first = registeredAt < requestedAt ? "the track came first" : "announced first"
  return `${first}, by ${Math.abs(registeredAt - requestedAt)} ms; paired in ${
    resolvedAt - Math.max(requestedAt, registeredAt)
  } ms`
}

/** `senderOf` reads in a payload whose it is. */
export const keep = (
  edge: StreamEdge["Service"],
  say: Log,
  senderOf: (payload: Uint8Array) => string
): Effect.Effect<Account, never, Scope.Scope> =>
  Effect.gen(function*() {
    const spells: Array<Spell> = []
    const people = new Set<string>()
    const unresolved: Array<TrackKey> = []
    let renewals = 0

    const receive = ({ packets, trackId }: Spell) =>
      Stream.runForEach(edge.rtp(trackId), ({ payload }) =>
        Effect.sync(() => {
          const sender = senderOf(payload)
          packets.set(sender, (packets.get(sender) ?? 0) + 1)
        }))

    const hear = Effect.fnUntraced(function*(event: EdgeEvent) {
      switch (event._tag) {
        case "ParticipantJoined": {
          people.add(event.participant.sessionId)
          yield* say(`    ${event.participant.sessionId} is here`)
          break
        }
        case "ParticipantLeft": {
          people.delete(event.participant.sessionId)
          yield* say(`    ${event.participant.sessionId} is gone`)
          break
        }
        case "TrackAdded": {
          const { requestedAt, evidence, key, registeredAt, resolvedAt, trackId } = event
          const spell: Spell = {
            key,
            trackId,
            millis: resolvedAt - Math.min(requestedAt, registeredAt),
            packets: new Map(),
            beganAt: yield* Clock.currentTimeMillis,
            endedAt: undefined
          }
          spells.push(spell)
          yield* say(`    ${formatTrackKey(key)} is ${trackId} (${evidence}; ${waited(event)})`)
          yield* Effect.forkScoped(receive(spell), { startImmediately: true })
          break
        }
        case "TrackRemoved": {
          const spell = spells.findLast(({ trackId }) => trackId === event.trackId)
          if (spell !== undefined) spell.endedAt = yield* Clock.currentTimeMillis
          const packets = spell?.packets.get(formatTrackKey(event.key)) ?? 0
          yield* say(`    ${formatTrackKey(event.key)} has ended: ${event.trackId}, ${packets} packets`)
          break
        }
        case "TrackUnresolved": {
          unresolved.push(event.key)
          yield* say(`    ${formatTrackKey(event.key)} is unresolved: ${event.error.message}`)
          break
        }
        case "CallEnded": {
          yield* say(`    the call has ended: ${event.reason}`)
          break
        }
      }
    })

    const standing = (state: EdgeState) => {
      switch (state._tag) {
        case "Reconnecting":
          if (state.strategy !== "Fast") renewals++
          return say(`    reconnecting: ${state.strategy}`)
        case "Joined":
          return say(`    joined as ${state.sessionId}`)
        case "Connecting":
        case "Left":
          return Effect.void
      }
    }

    yield* Effect.forkScoped(Stream.runForEach(edge.states, standing), { startImmediately: true })
    const listening = yield* Effect.forkScoped(Stream.runForEach(edge.events, hear), { startImmediately: true })
    return { spells, people, renewals: () => renewals, unresolved, end: Fiber.join(listening) }
  })
