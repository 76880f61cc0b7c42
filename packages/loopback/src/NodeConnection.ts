/**
 * A session's connection to one SFU: a socket, a subscriber and a publisher peer connection. A session that migrates has
 * two of them until its old socket closes.
 */
import type { TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as DatagramPath from "./DatagramPath.ts"
import * as Publisher from "./Publisher.ts"
import type { SfuNode } from "./SfuNode.ts"
import type { SignalSocket } from "./SignalSocket.ts"
import type * as Subscriber from "./Subscriber.ts"

export interface NodeConnection {
  readonly node: SfuNode
  readonly subscriber: Subscriber.Subscriber
  readonly publisher: Publisher.Publisher
  /** Of the datagrams of both peer connections. */
  readonly path: DatagramPath.DatagramPath
  /** Undefined while the socket is lost. */
  socket: SignalSocket | undefined
  /** The tracks published on this connection: those of the join request, then those of each SetPublisher request. */
  trackTypes: ReadonlyArray<TrackType>
  /** Closes both peer connections. The socket stays open. */
  readonly closePeers: Effect.Effect<void>
}

export interface NodeConnectionOptions {
  readonly node: SfuNode
  readonly scope: Scope.Scope
  readonly socket: SignalSocket
  readonly announced: ReadonlyArray<TrackType>
  readonly makeSubscriber: (
    scope: Scope.Scope,
    path: DatagramPath.DatagramPath,
    connection: () => NodeConnection
  ) => Effect.Effect<Subscriber.Subscriber>
  readonly onDatagram: (datagram: DatagramPath.Datagram) => void
  readonly onMedia: (connection: NodeConnection, trackType: TrackType, packet: Publisher.MediaPacket) => void
}

export const make = Effect.fnUntraced(function*(
  { announced, makeSubscriber, node, onDatagram, onMedia, scope: parent, socket }: NodeConnectionOptions
): Effect.fn.Return<NodeConnection> {
  const scope = yield* Scope.fork(parent)
  const path = DatagramPath.make(onDatagram)
  const subscriber = yield* makeSubscriber(scope, path, () => connection)
  const publisher = Publisher.make(scope, path, (trackType, packet) => onMedia(connection, trackType, packet))
  const connection: NodeConnection = {
    node,
    subscriber,
    publisher,
    path,
    socket,
    trackTypes: announced,
    closePeers: Scope.close(scope, Exit.void)
  }
  return connection
})
