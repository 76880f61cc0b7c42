/**
 * The UDP path between the SFU and one client, for both peer connections: passes each sent datagram to a flow that a test
 * can change, and drops all datagrams in both directions while the path is broken.
 */
import type { PeerType } from "effect-track-resolver"
import type { Peer } from "effect-track-resolver/werift/unstable"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

type WeriftConnection = Peer.Peer["connection"]

/**
 * What a datagram contains, by its first bytes (RFC 7983, RFC 5761).
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type DatagramKind = "stun" | "dtls" | "rtp" | "rtcp" | "other"

export interface Datagram {
  readonly peerType: PeerType
  readonly kind: DatagramKind
  readonly bytes: Uint8Array
  /** Writes it to the socket, unless the path is broken. */
  readonly write: () => void
}

/**
 * How a broken path is mended: by the test alone, or by the test or an ICE restart of the connection (RFC 8445).
 *
 * @stability experimental
 * @since 0.1.0
 */
export type Mended = "byTest" | "byIceRestart"

export interface DatagramPath {
  /** Call after each local description, because werift opens its sockets then. */
  readonly watch: (peerType: PeerType, connection: WeriftConnection) => void
  /** The connection has restarted ICE. */
  readonly iceRestarted: (peerType: PeerType) => void
  /** Breaks the path until `restore` or the end of the scope. The signalling continues. */
  readonly break: (mended: Mended) => Effect.Effect<{ readonly restore: Effect.Effect<void> }, never, Scope.Scope>
}

/** The fields of werift's UDP socket that its protocols call. */
interface UdpSocket {
  send: (data: Buffer, address: unknown) => Promise<void>
  onData: (data: Buffer, address: unknown) => void
}

const kindOf = (bytes: Uint8Array): DatagramKind => {
  const [first = 255, second = 0] = bytes
  if (first <= 3) return "stun"
  if (first >= 20 && first <= 63) return "dtls"
  if (first < 128 || first > 191) return "other"
  return second >= 192 && second <= 223 ? "rtcp" : "rtp"
}

const socketsOf = ({ iceTransports }: WeriftConnection): ReadonlyArray<UdpSocket> =>
  iceTransports.flatMap(({ connection }) => {
    const { protocols } = connection as unknown as { protocols: ReadonlyArray<{ transport?: UdpSocket }> }
    return protocols.flatMap(({ transport }) => transport === undefined ? [] : [transport])
  })

export const make = (onDatagram: (datagram: Datagram) => void): DatagramPath => {
  const watched = new WeakSet<UdpSocket>()
  /** Of each break, the connections that it affects. */
  const breaks = new Map<object, { readonly mended: Mended; readonly affected: Set<PeerType> }>()
  const isBroken = (peerType: PeerType): boolean =>
    Array.from(breaks.values()).some(({ affected }) => affected.has(peerType))

  const watch = (peerType: PeerType, socket: UdpSocket): void => {
    const { onData, send } = socket
    socket.send = async (bytes, address) => {
      const write = (): void => {
        if (!isBroken(peerType)) send(bytes, address).catch(() => {})
      }
      onDatagram({ peerType, kind: kindOf(bytes), bytes, write })
    }
    socket.onData = (bytes, address) => {
      if (!isBroken(peerType)) onData(bytes, address)
    }
  }

  return {
    watch: (peerType, connection) => {
      for (const socket of socketsOf(connection)) {
        if (watched.has(socket)) continue
        watched.add(socket)
        watch(peerType, socket)
      }
    },
    iceRestarted: (peerType) => {
      for (const { affected, mended } of breaks.values()) if (mended === "byIceRestart") affected.delete(peerType)
    },
    break: (mended) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => {
            const id = {}
            breaks.set(id, { mended, affected: new Set(["Subscriber", "Publisher"]) })
            return id
          }),
          (id) => Effect.sync(() => breaks.delete(id))
        ),
        (id) => ({ restore: Effect.sync(() => void breaks.delete(id)) })
      )
  }
}
