/**
 * Notices within eight seconds that consent checks on the path of a transport get no answer: the path or the remote side
 * is dead.
 *
 * The fault: werift reports nothing until consent has expired, 30 seconds after the last answer (H14). Until then it
 * sends into a dead path. Noticed by "H14: ..." in `test/werift/consent.long.test.ts`.
 *
 * Answers show that the path carries packets in both directions. RTP cannot show it: a muted publisher sends none.
 */
import type { RTCDtlsTransport, RTCIceTransport, RTCPeerConnection } from "werift"
import { classes, Message, methods } from "werift"
import * as SendPath from "./SendPath.ts"
import * as Silence from "./Silence.ts"

export interface ConsentWatch {
  /**
   * Has to be called every second. Sends a check on each transport that is late with its answers, and gives up a former
   * path that is silent. Never throws.
   */
  readonly tick: () => void
  /** Whether the checks on the path of a transport get no answers. */
  readonly isSilent: () => boolean
}

/** In milliseconds: shorter than a tick. */
const answerTimeout = 800

interface Watched {
  silence: Silence.Silence
  /** While a check is in flight, a tick does not count: a stalled process is not a dead path. */
  isChecking: boolean
  /** The answers to our checks, which werift does not count. */
  answers: number
}

export const make = (connection: RTCPeerConnection): ConsentWatch => {
  const watched = new WeakMap<RTCDtlsTransport, Watched>()

  const watchOf = (transport: RTCDtlsTransport): Watched => {
    const known = watched.get(transport)
    if (known !== undefined) return known
    const added: Watched = { silence: Silence.none, isChecking: false, answers: 0 }
    watched.set(transport, added)
    return added
  }

  const tickOf = (transport: RTCDtlsTransport): void => {
    const watch = watchOf(transport)
    if (watch.isChecking) return
    const path = SendPath.find(transport)
    watch.silence = Silence.tick(
      watch.silence,
      path && { id: path.pair.id, answers: path.pair.responsesReceived + watch.answers }
    )
    if (path?.isFormer === true && Silence.isSilent(watch.silence)) return SendPath.forgetFormer(transport)
    if (path === undefined || !Silence.needsProbe(watch.silence)) return
    watch.isChecking = true
    check(transport.iceTransport, path).then(
      () => watch.answers++,
      () => {}
    ).finally(() => watch.isChecking = false)
  }

  return {
    tick: () => connection.dtlsTransports.forEach(tickOf),
    isSilent: () =>
      connection.dtlsTransports.some((transport) => {
        const { silence } = watchOf(transport)
        return Silence.isSilent(silence) && silence.pairId === SendPath.find(transport)?.pair.id
      })
  }
}

/** One consent check on a pair (RFC 7675, section 5.1), as werift's own. Rejects without an answer. */
const check = async (
  { connection: ice }: RTCIceTransport,
  { credentials: { password, username }, pair }: SendPath.SendPath
): Promise<void> => {
  const request = new Message(methods.BINDING, classes.REQUEST)
  request
    .setAttribute("USERNAME", username)
    .setAttribute("PRIORITY", pair.localCandidate.priority)
    .setAttribute(ice.iceControlling ? "ICE-CONTROLLING" : "ICE-CONTROLLED", 0n)
  await pair.protocol.request(request, pair.remoteAddr, Buffer.from(password), {
    retransmissions: 0,
    responseTimeout: answerTimeout
  })
}
