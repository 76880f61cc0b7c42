/**
 * Gathers candidates from every STUN and TURN server of a connection (RFC 8445, section 5.1.1).
 *
 * The fault: of all servers werift uses the first STUN URL and the first TURN URL, and reports none that fails. Without a
 * STUN server it uses one of Google's (H1). This replaces the part of werift's ICE that gathers: werift makes the host
 * candidates, and the others are made here.
 *
 * Noticed by "H1: ..." in `test/werift/ice.test.ts`, and by the tests in `test/turn`.
 */
import * as Redacted from "effect/Redacted"
import { isIPv4 } from "node:net"
import type { RTCPeerConnection, StunOverTurnProtocol } from "werift"
import {
  Candidate,
  candidateFoundation,
  candidatePriority,
  classes,
  Message,
  methods,
  StunProtocol,
  UdpTransport
} from "werift"
import { isLoopback } from "./Candidate.ts"
import * as IceServerUrl from "./IceServerUrl.ts"
import type { PeerOptions } from "./PeerOptions.ts"
import * as Options from "./PeerOptions.ts"
import type { UdpSocket } from "./ReceiveBuffer.ts"
import * as TurnAllocation from "./TurnAllocation.ts"

/** Milliseconds for one server. The step that gathers has three times as much. */
const timeout = 5_000

/** Milliseconds that our SDP, which contains all candidates, waits for the other servers of a kind once one has answered. */
const grace = 500

/** Milliseconds after which a URL without a transport is tried over the next one as well. */
const nextTransportAfter = 1_000

/** The used part of werift's `Connection`, which is private in its types. */
interface IceAgent {
  stunServer: unknown
  turnServer: unknown
  readonly generation: number
  readonly localUsername: string
  readonly protocols: Array<StunProtocol | StunOverTurnProtocol>
  readonly ensureProtocol: (protocol: StunOverTurnProtocol) => void
  readonly appendLocalCandidate: (candidate: Candidate) => void
  getCandidatePromises: (addresses: ReadonlyArray<string>, timeout?: number) => ReadonlyArray<Promise<unknown>>
}

interface Stun {
  readonly name: string
  readonly server: IceServerUrl.Server
}

interface Turn extends Stun {
  readonly transports: ReadonlyArray<IceServerUrl.TurnTransport>
  readonly credentials: TurnAllocation.Credentials
}

type Report = (name: string, reason: string) => void

export interface IceGathering {
  /** Has to be called for each transport of the connection, before it gathers. */
  readonly prepare: (connection: RTCPeerConnection) => void
  /** The failures since the last call, one line for each server: its URL and the reason. Never a credential. */
  readonly takeProblems: () => ReadonlyArray<string>
}

/** `onSocket` gets each UDP socket once it is bound, and again in an ICE restart. */
export const make = (options: PeerOptions, onSocket: (socket: UdpSocket) => void): IceGathering => {
  const problems: Array<string> = []
  const reported = new Set<string>()
  const report: Report = (name, reason) => {
    const problem = `${name} is not used: ${reason}`
    if (reported.has(problem)) return
    reported.add(problem)
    problems.push(problem)
  }
  const { stun, turn } = serversOf(options, report)
  const prepared = new WeakSet<object>()

  const prepare = (agent: IceAgent): void => {
    const gatherHosts = agent.getCandidatePromises.bind(agent)
    /** By the name of the server. */
    const allocations = new Map<string, StunOverTurnProtocol>()
    const configuration = Options.configurationOf(options)
    agent.getCandidatePromises = (addresses, hostTimeout) => {
      delete agent.stunServer
      delete agent.turnServer
      const relays = gatherRelays(agent, { turn, allocations, configuration, report, onSocket })
      if (options.relayOnly === true) return [relays]
      const hosts = gatherHosts(addresses, hostTimeout)
      const reflexive = Promise.allSettled(hosts).then(() => {
        for (const { transport } of hostsOf(agent)) onSocket(transport.socket)
        return gatherReflexive(agent, stun, report)
      })
      return [...hosts, reflexive, relays]
    }
  }

  return {
    prepare: ({ iceTransports }) => {
      for (const { connection } of iceTransports) {
        if (prepared.has(connection)) continue
        prepared.add(connection)
        prepare(connection as unknown as IceAgent)
      }
    },
    takeProblems: () => problems.splice(0)
  }
}

// --- The servers -----------------------------------------------------------------------------------------------------

const serversOf = (options: PeerOptions, report: Report): { stun: ReadonlyArray<Stun>; turn: ReadonlyArray<Turn> } => {
  const stun: Array<Stun> = []
  const turn: Array<Turn> = []
  for (const { credential, urls, username = "" } of options.iceServers) {
    const password = credential === undefined ? "" : Redacted.value(credential)
    for (const url of urls) {
      const parsed = IceServerUrl.parse(url)
      if (parsed._tag === "Unusable") report(parsed.name, parsed.reason)
      else if (options.loopbackOnly && !isLoopback(parsed.server.host)) continue
      else if (parsed._tag === "Stun") stun.push(parsed)
      else if (username === "" || password === "") report(parsed.name, "it has no username or no credential")
      else turn.push({ ...parsed, credentials: { username, password } })
    }
  }
  if (options.relayOnly === true && turn.length === 0) report("relayOnly", "no TURN server can be used")
  return { stun, turn: withoutRepetition(turn) }
}

const keyOf = ({ host, port }: IceServerUrl.Server, transport: IceServerUrl.TurnTransport): string =>
  `${transport} ${host} ${port}`

/** Each server once over each transport: a URL that names its transport takes precedence over one that leaves it open. */
const withoutRepetition = (turn: ReadonlyArray<Turn>): ReadonlyArray<Turn> => {
  const taken = new Set<string>()
  const take = (one: Turn): Turn => ({
    ...one,
    transports: one.transports.filter((transport) => {
      const key = keyOf(one.server, transport)
      return !taken.has(key) && taken.add(key)
    })
  })
  const named = turn.filter(({ transports }) => transports.length === 1).map(take)
  const open = turn.filter(({ transports }) => transports.length > 1).map(take)
  return [...named, ...open].filter(({ transports }) => transports.length > 0)
}

// --- Server reflexive candidates -------------------------------------------------------------------------------------

const hostsOf = ({ protocols }: IceAgent): ReadonlyArray<StunProtocol> =>
  protocols.filter((protocol) => protocol instanceof StunProtocol)

const gatherReflexive = (agent: IceAgent, stun: ReadonlyArray<Stun>, report: Report): Promise<void> => {
  const hosts = hostsOf(agent)
  for (const { transport } of hosts) TurnAllocation.ignoreErrors(transport)
  const found = new Set<string>()
  const attempts = hosts.filter(({ localCandidate }) => isIPv4(localCandidate?.host ?? "")).flatMap((protocol) =>
    stun.map(({ name, server }) => ({
      name,
      run: async () => {
        const request = new Message(methods.BINDING, classes.REQUEST)
        const [response] = await protocol.request(request, [server.host, server.port])
        return { protocol, address: response.getAttributeValue("XOR-MAPPED-ADDRESS") as readonly [string, number] }
      }
    }))
  )
  const success = ({ address: [host, port], protocol: { localCandidate: base } }: {
    readonly address: readonly [string, number]
    readonly protocol: StunProtocol
  }): void => {
    if (base === undefined || found.has(`${host} ${port}`)) return
    found.add(`${host} ${port}`)
    agent.appendLocalCandidate(
      new Candidate(
        candidateFoundation("srflx", "udp", base.host),
        1,
        "udp",
        candidatePriority("srflx"),
        host,
        port,
        "srflx",
        base.host,
        base.port,
        undefined,
        agent.generation,
        agent.localUsername
      )
    )
  }
  return collect(attempts, report, { success })
}

// --- Relayed candidates ----------------------------------------------------------------------------------------------

const gatherRelays = (agent: IceAgent, options: {
  readonly turn: ReadonlyArray<Turn>
  readonly allocations: Map<string, StunOverTurnProtocol>
  readonly configuration: Options.Configuration
  readonly report: Report
  readonly onSocket: (socket: UdpSocket) => void
}): Promise<void> => {
  const { allocations, configuration, onSocket, report, turn } = options
  // An ICE restart uses an allocation again: werift has already added its candidate.
  for (const [name, { turn: { transport } }] of allocations) if (isClosed(transport)) allocations.delete(name)
  const attempts = turn.map((one, index) => ({ ...one, index })).filter(({ name }) => !allocations.has(name)).map(
    ({ credentials, index, name, server, transports }) => ({
      name,
      run: async () => {
        const starts = transports.map((transport) => () =>
          TurnAllocation.allocate(server, transport, credentials, { configuration, timeout })
        )
        return { index, name, protocol: await firstOf(starts, nextTransportAfter, close) }
      }
    })
  )
  return collect(attempts, report, {
    success: ({ index, name, protocol }) => {
      allocations.set(name, protocol)
      if (protocol.turn.transport instanceof UdpTransport) onSocket(protocol.turn.transport.socket)
      addRelay(agent, protocol, index)
    },
    late: ({ protocol }) => close(protocol)
  })
}

/**
 * Whether the server has closed the stream. Over UDP the loss of an allocation is not noticed here: the ICE restart then does
 * not connect.
 */
const isClosed = (transport: StunOverTurnProtocol["turn"]["transport"]): boolean =>
  transport.closed || ("stream" in transport && Reflect.get(transport.stream as object, "client")?.destroyed === true)

const close = (protocol: StunOverTurnProtocol): void => void protocol.close().catch(() => {})

const rankOf = (transport: string): number => ["udp", "tcp", "tls"].indexOf(transport)

const addRelay = (agent: IceAgent, protocol: StunOverTurnProtocol, index: number): void => {
  const { turn } = protocol
  const [host, port] = turn.relayedAddress
  const [relatedHost, relatedPort] = turn.mappedAddress
  agent.ensureProtocol(protocol)
  protocol.localCandidate = new Candidate(
    candidateFoundation("relay", "udp", host),
    1,
    "udp",
    // Each candidate has a priority of its own (RFC 8445, section 5.1.2), and UDP adds the least delay.
    candidatePriority("relay", { localPreference: 65_535 - rankOf(turn.transport.type) * 1_024 - index }),
    host,
    port,
    "relay",
    relatedHost,
    relatedPort,
    undefined,
    agent.generation,
    agent.localUsername
  )
  agent.protocols.push(protocol)
  agent.appendLocalCandidate(protocol.localCandidate)
}

// --- Waiting ---------------------------------------------------------------------------------------------------------

/** Does not keep the process alive. */
const sleep = (millis: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, millis).unref())

/** The request to one server for a candidate. */
interface Attempt<A> {
  readonly name: string
  readonly run: () => Promise<A>
}

/**
 * Runs the attempts at the same time. Resolves once all have ended, and at the latest `grace` after the first success.
 * Reports each server that has failed or not answered by then. A later success goes to `onLate`. Never rejects.
 */
const collect = async <A>(attempts: ReadonlyArray<Attempt<A>>, report: Report, on: {
  readonly success: (result: A) => void
  readonly late?: (result: A) => void
}): Promise<void> => {
  const waiting = new Set<string>()
  let isOver = false
  let onFirst: () => void = () => {}
  const first = new Promise<void>((resolve) => void (onFirst = resolve))
  const all = attempts.map(async ({ name, run }) => {
    waiting.add(name)
    try {
      const result = await run()
      if (isOver) return on.late?.(result)
      on.success(result)
      onFirst()
    } catch (error) {
      if (!isOver) report(name, TurnAllocation.reasonOf(error))
    }
    waiting.delete(name)
  })
  await Promise.race([Promise.allSettled(all), first.then(() => sleep(grace)), sleep(timeout + nextTransportAfter)])
  isOver = true
  for (const name of waiting) report(name, "no answer in time")
}

/**
 * The first success. Each attempt begins `delay` after the one before, or when that fails. Rejects with the error of the
 * first attempt if all fail. Another success goes to `onSpare`.
 */
const firstOf = <A>(
  attempts: ReadonlyArray<() => Promise<A>>,
  delay: number,
  onSpare: (result: A) => void
): Promise<A> =>
  new Promise((resolve, reject) => {
    let isDone = false
    let failures = 0
    let firstError: unknown
    const start = (n: number): void => {
      const attempt = attempts[n]
      if (attempt === undefined || isDone) return
      let isNextStarted = false
      const startNext = (): void => {
        if (!isNextStarted) start(n + 1)
        isNextStarted = true
      }
      const timer = setTimeout(startNext, delay)
      attempt().then(
        (result) => {
          clearTimeout(timer)
          if (isDone) return onSpare(result)
          isDone = true
          resolve(result)
        },
        (error: unknown) => {
          clearTimeout(timer)
          if (n === 0) firstError = error
          if (++failures === attempts.length) reject(firstError)
          else startNext()
        }
      )
    }
    start(0)
  })
