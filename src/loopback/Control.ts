/**
 * What a test may do to a call: any order of events, any loss, any answer.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { TrackKey } from "../Track.ts"
import type { Call, Packet, Signal } from "./Call.ts"
import * as Room from "./Room.ts"
import type { SettingsOptions } from "./Settings.ts"
import * as Traffic from "./Traffic.ts"
import type { Faults, Match, RuleOptions } from "./Traffic.ts"
import type { Failure, Refusals, Request } from "./Twirp.ts"
import * as Wire from "./Wire.ts"

/**
 * A client is named by its session id. A session that is not there is a mistake of the test, and so a defect.
 *
 * @category models
 * @since 0.1.0
 */
export interface Control {
  /** Events on their way to a client, offers included. */
  readonly signalling: Faults<Signal>
  /** Packets on their way to a subscriber. */
  readonly media: Faults<Packet>
  /** Requests on their way to being carried out. One that is dropped is never answered. */
  readonly requests: Omit<Faults<Request>, "duplicate">
  /** Fails requests: instead of carrying them out, or afterwards, as when an answer is lost on its way back. */
  readonly refuse: (
    match: Match<Request>,
    failure: Failure,
    options?: RuleOptions & { readonly carriedOut?: boolean | undefined }
  ) => Effect.Effect<void, never, Scope.Scope>
  /** What is left out stays as it is. */
  readonly configure: (options: SettingsOptions) => Effect.Effect<void>
  /** No offer is made: what changes meanwhile is all in the next one. */
  readonly holdOffers: (
    to: string
  ) => Effect.Effect<{ readonly release: Effect.Effect<void> }, never, Scope.Scope>
  /** An offer with new ICE credentials. */
  readonly restartIce: (to: string) => Effect.Effect<void>
  /**
   * The m-line that carries one publication carries the other from the next offer on, with nothing in between. The m-line
   * that the other had is retired; the one publication gets another m-line, if it is still wanted.
   */
  readonly give: (options: {
    readonly to: string
    readonly lineOf: TrackKey
    readonly for: TrackKey
  }) => Effect.Effect<void>
  /** Tells a client something, past every rule. Changes nothing in the call. */
  readonly send: (to: string, event: Wire.SfuEvent) => Effect.Effect<void>
  /** A frame as it is. */
  readonly sendBytes: (to: string, frame: Uint8Array) => Effect.Effect<void>
  /** Closes a client's socket, with this code or without a word. The session is kept for its deadline. */
  readonly cut: (to: string, code?: number) => Effect.Effect<void>
  /** Gives a participant another prefix: everybody is told, and their m-lines are renamed. */
  readonly changePrefix: (sessionId: string, prefix: string) => Effect.Effect<void>
  /** A participant as the call describes them now: a stale snapshot, if it is sent later. */
  readonly describe: (sessionId: string) => Effect.Effect<Wire.WireParticipant>
}

const found = <A>(value: A | undefined, sessionId: string): Effect.Effect<A> =>
  value === undefined ? Effect.die(new Error(`no session ${sessionId} in the call`)) : Effect.succeed(value)

/** Rules about requests that are to fail. */
export interface RefusalRules extends Refusals {
  readonly refuse: Control["refuse"]
}

export const refusals = (): RefusalRules => {
  interface Rule {
    readonly matches: (request: Request) => boolean
    readonly failure: Failure
    readonly carriedOut: boolean
    left: number
  }
  const rules = new Set<Rule>()
  return {
    next: (request) => {
      for (const rule of rules) {
        if (!rule.matches(request)) continue
        if (--rule.left === 0) rules.delete(rule)
        return rule
      }
      return undefined
    },
    refuse: (match, failure, { carriedOut = false, times = Infinity } = {}) =>
      Effect.asVoid(Effect.acquireRelease(
        Effect.sync(() => {
          const rule: Rule = { matches: Traffic.matcher(match), failure, carriedOut, left: times }
          rules.add(rule)
          return rule
        }),
        (rule) => Effect.sync(() => rules.delete(rule))
      ))
  }
}

export const make = (
  call: Call,
  requests: Faults<Request>,
  refuse: Control["refuse"]
): Control => {
  const session = (sessionId: string) => Effect.suspend(() => found(call.session(sessionId), sessionId))
  const link = (sessionId: string) => Effect.flatMap(session(sessionId), ({ link }) => found(link, sessionId))
  const name = (key: TrackKey): string => Room.nameOf(key.sessionId, key.trackType)
  return {
    signalling: call.signalling.faults,
    media: call.media.faults,
    requests,
    refuse,
    configure: (options) => Effect.sync(() => call.configure(options)),
    holdOffers: (to) => Effect.flatMap(session(to), ({ subscriber }) => subscriber.holdOffers),
    restartIce: (to) => Effect.map(session(to), ({ subscriber }) => subscriber.restartIce()),
    give: ({ for: other, lineOf, to }) =>
      Effect.map(session(to), ({ subscriber }) => subscriber.give(name(lineOf), name(other))),
    send: (to, event) => Effect.map(link(to), (link) => link.send(Wire.encodeEvent(event))),
    sendBytes: (to, frame) => Effect.map(link(to), (link) => link.send(frame)),
    cut: (to, code) =>
      Effect.map(link(to), (link) => code === undefined ? link.destroy() : link.close(code, "cut by the test")),
    changePrefix: (sessionId, prefix) =>
      Effect.map(session(sessionId), () => call.run({ _tag: "ChangePrefix", sessionId, prefix })),
    describe: (sessionId) => Effect.map(Effect.suspend(() => found(call.member(sessionId), sessionId)), Room.describe)
  }
}
