/**
 * A session's presence on one SFU: a socket and two connections. A session that migrates has two legs for a while.
 */
import type { TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Publisher from "./Publisher.ts"
import type { Node } from "./SfuNode.ts"
import type * as Subscriber from "./Subscriber.ts"

/** Where a leg's events go: its socket. */
export interface Link {
  readonly send: (frame: Uint8Array) => void
  readonly close: (code: number, reason: string) => void
  /** Without a word. */
  readonly destroy: () => void
}

export interface Leg {
  readonly node: Node
  readonly subscriber: Subscriber.Subscriber
  readonly publisher: Publisher.Publisher
  /** Nothing, while the socket is lost. */
  link: Link | undefined
  /** What its publisher carries: as the join announced it, and as each SetPublisher says from then on. */
  trackTypes: ReadonlyArray<TrackType>
  /** Closes both connections, and nothing else. */
  readonly close: Effect.Effect<void>
}

export interface LegOptions {
  readonly node: Node
  readonly scope: Scope.Scope
  readonly announced: ReadonlyArray<TrackType>
  readonly subscriber: (scope: Scope.Scope, leg: () => Leg) => Effect.Effect<Subscriber.Subscriber>
  readonly onMedia: (leg: Leg, trackType: TrackType, media: Publisher.Media) => void
}

export const make = Effect.fnUntraced(function*(
  { announced, node, onMedia, scope: parent, subscriber: makeSubscriber }: LegOptions
): Effect.fn.Return<Leg> {
  const scope = yield* Scope.fork(parent)
  const subscriber = yield* makeSubscriber(scope, () => leg)
  const publisher = Publisher.make(scope, (trackType, media) => onMedia(leg, trackType, media))
  const leg: Leg = {
    node,
    subscriber,
    publisher,
    link: undefined,
    trackTypes: announced,
    close: Scope.close(scope, Exit.void)
  }
  return leg
})
