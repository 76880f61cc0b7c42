/**
 * Opens a session's connection to one SFU, and wires it to the call.
 */
import type { Participant } from "effect-track-resolver"
import type { TrackType } from "effect-track-resolver"
import type * as Effect from "effect/Effect"
import { randomBytes } from "node:crypto"
import type { Call } from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Forwarding from "./Forwarding.ts"
import * as MediaSections from "./MediaSections.ts"
import * as Migration from "./Migration.ts"
import * as NodeConnection from "./NodeConnection.ts"
import * as OfferEvents from "./OfferEvents.ts"
import * as Room from "./Room.ts"
import type { SfuNode } from "./SfuNode.ts"
import type { SignalSocket } from "./SignalSocket.ts"
import * as Subscriber from "./Subscriber.ts"

export interface ConnectOptions {
  readonly participant: Participant
  readonly node: SfuNode
  readonly socket: SignalSocket
  readonly announced: ReadonlyArray<TrackType>
}

export const connect = (
  call: Call,
  { announced, node, participant, socket }: ConnectOptions
): Effect.Effect<NodeConnection.NodeConnection> => {
  const { sessionId } = participant
  const plan = (
    sections: MediaSections.MediaSections,
    assignments: MediaSections.Assignments
  ): MediaSections.MediaSections =>
    MediaSections.plan(
      sections,
      Room.subscriptionsOf(call.room, sessionId, call.settings),
      call.settings,
      () => randomBytes(3).toString("hex"),
      assignments
    )
  return NodeConnection.make({
    node,
    socket,
    scope: call.scope,
    announced,
    onDatagram: (datagram) =>
      call.datagrams.pass({ to: sessionId, toUser: participant.userId, node: node.name, ...datagram }),
    makeSubscriber: (scope, path, connection) =>
      Subscriber.make({
        scope,
        path,
        settings: () => call.settings,
        plan,
        onOffer: (offer) => {
          for (const event of OfferEvents.make(sessionId, offer, call.settings.trickle)) {
            Dispatch.send(call, sessionId, event, connection())
          }
        },
        onKeyFrameNeeded: (key) => Forwarding.requestKeyFrame(call, key),
        onAnswered: () => {
          const session = call.sessions.get(sessionId)
          if (session !== undefined) Migration.completeIfReady(call, session)
          call.groundTruth.notify()
        }
      }),
    onMedia: (connection, trackType, packet) => Forwarding.forward(call, participant, connection, trackType, packet)
  })
}
