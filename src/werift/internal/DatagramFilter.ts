/**
 * Puts a `DatagramGate` before each socket of a connection, and before what its TURN servers relay.
 *
 * The faults: werift takes alerts in the clear, records of unknown types and epochs, and handshake messages after the
 * handshake, from any address: one datagram of a stranger ends the connection, or leaves it deaf. It answers requests of
 * STUN that nobody signed, and keeps a candidate pair for each. Noticed by `test/werift/strangers.test.ts`.
 */
import type { RTCDtlsTransport, RTCPeerConnection, StunOverTurnProtocol, StunProtocol } from "werift"
import type { Address } from "./DatagramGate.ts"
import * as DatagramGate from "./DatagramGate.ts"
import type { DroppedDatagrams } from "./DroppedDatagrams.ts"
import type { DtlsRecord } from "./DtlsMessage.ts"
import * as StunMessage from "./StunMessage.ts"

export interface DatagramFilter {
  /** Has to be called for each transport of the connection, before it gathers: the sockets are opened then. */
  readonly install: (connection: RTCPeerConnection) => void
}

type Receive = (datagram: Buffer, from: Address) => void

/** The used parts of werift's classes, which are private in its types. */
interface Socket {
  datagramReceived: Receive
}

interface Relay {
  handleStunMessage: Receive
  readonly turn: { handleSTUNMessage: Receive }
}

interface IceAgent extends Pick<Connection, "checkList" | "nominated" | "remoteCandidates"> {
  readonly userHistory: { readonly [ufrag: string]: string }
  readonly earlyChecks: ReadonlyArray<unknown>
  readonly earlyChecksDone: boolean
  ensureProtocol: (protocol: Protocol) => void
}

type Protocol = StunProtocol | StunOverTurnProtocol
type Connection = RTCPeerConnection["iceTransports"][number]["connection"]

const agentOf = ({ iceTransport }: RTCDtlsTransport): IceAgent => iceTransport.connection as unknown as IceAgent

/** Remote candidates that ICE learns from checks (RFC 8445, section 7.3.1.3), until it restarts. */
const maxPeerReflexive = 32

/** Checks that wait for the remote description. */
const maxEarlyChecks = 64

/** `now` is in milliseconds, from any origin. */
export const make = (dropped: DroppedDatagrams, now: () => number): DatagramFilter => {
  const installed = new WeakSet<IceAgent>()

  const guard = (transport: RTCDtlsTransport, protocol: Protocol): void => {
    const gate = DatagramGate.make(sessionOf(transport, protocol, dropped))
    const admit = (datagram: Buffer, from: Address): Buffer | undefined => gate.admit(datagram, from, now())
    if (protocol.type === "stun") guardSocket(protocol as unknown as Socket, admit)
    else guardRelay(protocol as unknown as Relay, admit, dropped)
  }

  return {
    install: ({ dtlsTransports }) => {
      for (const transport of dtlsTransports) {
        const agent = agentOf(transport)
        if (installed.has(agent)) continue
        installed.add(agent)
        const ensureProtocol = agent.ensureProtocol.bind(agent)
        agent.ensureProtocol = (protocol) => {
          guard(transport, protocol)
          ensureProtocol(protocol)
        }
      }
    }
  }
}

type Admit = (datagram: Buffer, from: Address) => Buffer | undefined

const guardSocket = (socket: Socket, admit: Admit): void => {
  const receive = socket.datagramReceived.bind(socket)
  socket.datagramReceived = (datagram, from) => {
    const admitted = admit(datagram, from)
    if (admitted !== undefined) receive(admitted, from)
  }
}

/** What the server relays is as foreign as what arrives on a socket: everybody at a permitted host can send it. */
const guardRelay = (relay: Relay, admit: Admit, dropped: DroppedDatagrams): void => {
  const { turn } = relay
  const receive = relay.handleStunMessage
  relay.handleStunMessage = (datagram, from) => {
    const admitted = admit(datagram, from)
    if (admitted !== undefined) receive(admitted, from)
  }
  const receiveMessage = turn.handleSTUNMessage.bind(turn)
  turn.handleSTUNMessage = (data, from) => {
    const message = StunMessage.read(data, maxRelayed)
    if (message === undefined) dropped.count("malformed STUN")
    else receiveMessage(message.bytes, from)
  }
}

/** A datagram of UDP, in an indication (RFC 8656, section 11.6). */
const maxRelayed = 0xffff + 100

const sessionOf = (
  transport: RTCDtlsTransport,
  protocol: Protocol,
  dropped: DroppedDatagrams
): DatagramGate.Session => {
  const agent = agentOf(transport)
  const transactions = protocol.type === "stun"
    ? (protocol as StunProtocol).transactions
    : (protocol as StunOverTurnProtocol).turn.transactions
  return {
    passwordOf: (ufrag) => Object.hasOwn(agent.userHistory, ufrag) ? agent.userHistory[ufrag] : undefined,
    requestOf: (id) => {
      const transaction = Object.hasOwn(transactions, id) ? transactions[id] : undefined
      return transaction && { key: transaction.integrityKey }
    },
    isSelected: ([host, port]) => {
      const pair = agent.nominated
      return pair?.protocol === protocol && pair.remoteAddr[1] === port && pair.remoteAddr[0] === host
    },
    hasRoomFor: (from) => hasRoom(agent, from),
    dtlsState: () => transport.state === "connected" || transport.state === "connecting" ? transport.state : "idle",
    decrypt: (record) => decrypt(transport, record),
    onEnd: () => transport.dtls?.onClose.execute(),
    onDropped: dropped.count
  }
}

const hasRoom = (agent: IceAgent, [host, port]: Address): boolean => {
  // Before the remote description all checks wait, whoever sends them.
  if (agent.checkList.length === 0 && !agent.earlyChecksDone) return agent.earlyChecks.length < maxEarlyChecks
  let learnt = 0
  for (const candidate of agent.remoteCandidates) {
    if (candidate.port === port && candidate.host === host) return true
    if (candidate.type === "prflx") learnt++
  }
  return learnt < maxPeerReflexive
}

const decrypt = ({ dtls: socket }: RTCDtlsTransport, record: DtlsRecord): Uint8Array | undefined => {
  // werift's type hides that there is none before the keys are agreed.
  const cipher = socket?.cipher.cipher as DtlsCipher | undefined
  if (socket === undefined || cipher === undefined) return undefined
  try {
    return cipher.decrypt(socket.sessionType, record.fragment, record)
  } catch {
    return undefined
  }
}

interface DtlsCipher {
  readonly decrypt: (sessionType: number, fragment: Buffer, header: DtlsRecord) => Buffer
}
