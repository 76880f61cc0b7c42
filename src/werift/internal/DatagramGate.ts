/**
 * Decides which datagrams of a socket reach werift. Keeps what it needs for that; knows no socket, no clock, no fiber.
 *
 * The rule: what is not authenticated changes nothing and costs next to nothing.
 *
 * | first byte (RFC 7983) | what         | passes if                                                                            |
 * | --------------------- | ------------ | ------------------------------------------------------------------------------------ |
 * | 0 to 3                | STUN         | a request is signed with our password, or a response belongs to a request of ours    |
 * | 20 to 63              | DTLS         | the address is proven, and `DtlsAdmission` knows the record in this state        |
 * | 128 to 191            | SRTP, SRTCP  | the address is proven, the handshake is over, and every length in the header fits    |
 * | others                | ZRTP, TURN.. | never: nothing of it was negotiated                                                  |
 *
 * An address is proven by a STUN message from it that is authenticated (RFC 8445, section 7), or if it is that of the
 * selected pair. It stays proven across ICE restarts, so media flows until the new pair is selected. Whoever is on the
 * path can use a proven address. Then the cipher decides: a record or packet that does not decrypt changes nothing.
 */
import * as DtlsAdmission from "./DtlsAdmission.ts"
import type { DtlsRecord } from "./DtlsMessage.ts"
import { recordAt } from "./DtlsMessage.ts"
import * as RtpShape from "./RtpShape.ts"
import * as StunMessage from "./StunMessage.ts"

/** Host and port. */
export type Address = readonly [string, number]

/** Why a datagram, or a record in it, was dropped. */
export type Reason =
  | "not STUN, DTLS or SRTP"
  | "unproven address"
  | "malformed STUN"
  | "STUN that is not authenticated"
  | "STUN without a request"
  | "too much STUN"
  | "too many candidates"
  | "DTLS before or after the connection"
  | "malformed DTLS record"
  | "unexpected DTLS record"
  | "DTLS that does not decrypt"
  | "SRTP before the handshake"
  | "malformed SRTP"
  | "SRTP that is not authenticated"
  | "malformed RTCP"

/** What the gate has to know of the connection at this moment. */
export interface Session {
  /** The password of one of our ufrags. */
  readonly passwordOf: (ufrag: string) => string | undefined
  /** Our pending request with this transaction id. `key` signs the response; a STUN server has none. */
  readonly requestOf: (transactionId: string) => { readonly key: Uint8Array | undefined } | undefined
  readonly isSelected: (address: Address) => boolean
  /** Whether ICE takes a check from this address: it knows the address, or has not learnt too many others. */
  readonly hasRoomFor: (address: Address) => boolean
  readonly dtlsState: () => "idle" | "connecting" | "connected"
  readonly decrypt: (record: DtlsRecord) => Uint8Array | undefined
  /** The remote side has ended DTLS, which the record proved. */
  readonly onEnd: () => void
  readonly onDropped: (reason: Reason) => void
}

export interface DatagramGate {
  /**
   * The datagram, or the part of it that may pass. `undefined`: nothing. `now` is in milliseconds, from any origin.
   */
  readonly admit: (datagram: Buffer, from: Address, now: number) => Buffer | undefined
}

/** The addresses that can be proven at the same time. Beyond it the one is forgotten that was proven longest ago. */
const maxProven = 32

/** Signatures that are checked for addresses that are not proven. ICE sends one check each 5 to 50 ms (RFC 8445, section 14). */
const unprovenChecks = { perSecond: 200, burst: 200 }

/** Requests that are answered, and repeated ones. Whoever has recorded one cannot use up what the peer's next ones need. */
const answers = { perSecond: 400, burst: 400 }
const repeatedAnswers = { perSecond: 50, burst: 50 }

/** The transactions that are remembered. ICE checks consent every 5 seconds (RFC 7675), so these are those of an hour. */
const maxAnswered = 1_024

/** The ciphers of DTLS 1.2 put a nonce before the content, and a tag behind it (RFC 5288). */
const minEncrypted = 8 + 1 + 16

/** The shortest tag of SRTP (RFC 3711, section 5.2), and with the index the shortest trailer of SRTCP. */
const minTag = 10
const minSrtcpTrailer = minTag + 4

export const make = (session: Session): DatagramGate => {
  /** In order of proof, by host and port. */
  const proven = new Set<string>()
  /** The last one that was looked up: media comes from one address. */
  let provenHost = ""
  let provenPort = -1
  const signatures = tokenBucket(unprovenChecks)
  const requests = tokenBucket(answers)
  const repeated = tokenBucket(repeatedAnswers)
  /** Transaction ids, in order of arrival. */
  const answered = new Set<string>()

  const isProven = (from: Address): boolean => {
    if (from[1] === provenPort && from[0] === provenHost) return true
    if (!proven.has(nameOf(from)) && !session.isSelected(from)) return false
    provenHost = from[0]
    provenPort = from[1]
    return true
  }

  const prove = (from: Address): void => {
    const name = nameOf(from)
    proven.delete(name)
    proven.add(name)
    if (proven.size <= maxProven) return
    proven.delete(proven.values().next().value!)
    provenPort = -1
  }

  const drop = (reason: Reason): undefined => {
    session.onDropped(reason)
    return undefined
  }

  const admitStun = (datagram: Buffer, from: Address, now: number): Buffer | undefined => {
    const message = StunMessage.read(datagram)
    if (message === undefined) return drop("malformed STUN")
    return message.class === "Request" ? admitRequest(message, from, now) : admitResponse(message, from)
  }

  const admitRequest = (message: StunMessage.StunMessage, from: Address, now: number): Buffer | undefined => {
    const password = message.ufrag === undefined ? undefined : session.passwordOf(message.ufrag)
    if (password === undefined) return drop("STUN that is not authenticated")
    if (!isProven(from) && !signatures.take(now)) return drop("too much STUN")
    if (!message.isSignedWith(password)) return drop("STUN that is not authenticated")
    const isRepeated = answered.has(message.transactionId)
    // The peer repeats a request from the same address. Somebody who has recorded it sends it from another one.
    if (isRepeated && !isProven(from)) return drop("STUN that is not authenticated")
    if (!(isRepeated ? repeated : requests).take(now)) return drop("too much STUN")
    if (!session.hasRoomFor(from)) return drop("too many candidates")
    prove(from)
    answered.add(message.transactionId)
    if (answered.size > maxAnswered) answered.delete(answered.values().next().value!)
    return message.bytes
  }

  const admitResponse = (message: StunMessage.StunMessage, from: Address): Buffer | undefined => {
    const request = message.class === "Indication" ? undefined : session.requestOf(message.transactionId)
    if (request === undefined) return drop("STUN without a request")
    if (request.key === undefined) return message.bytes
    if (!message.isSignedWith(request.key)) return drop("STUN that is not authenticated")
    prove(from)
    return message.bytes
  }

  const admitDtls = (datagram: Buffer, from: Address): Buffer | undefined => {
    if (!isProven(from)) return drop("unproven address")
    const state = session.dtlsState()
    if (state === "idle") return drop("DTLS before or after the connection")
    const passed: Array<Buffer> = []
    let records = 0
    for (let at = 0; at < datagram.length;) {
      const record = ++records > DtlsAdmission.maxRecords ? undefined : recordAt(datagram, at)
      if (record === undefined || !DtlsAdmission.isKnown(record)) {
        drop("malformed DTLS record")
        break
      }
      if (passes(record, state)) passed.push(record.bytes)
      at += record.bytes.length
    }
    return passed.length === 0 ? undefined : passed.length === records ? datagram : Buffer.concat(passed)
  }

  const passes = (record: DtlsRecord, state: "connecting" | "connected"): boolean => {
    const treatment = DtlsAdmission.treatmentOf(state, record)
    if (treatment === undefined) {
      drop("unexpected DTLS record")
      return false
    }
    if (treatment === "Pass") return true
    const content = record.fragment.length < minEncrypted ? undefined : session.decrypt(record)
    if (content === undefined) {
      drop("DTLS that does not decrypt")
      return false
    }
    if (treatment === "PassDecrypted") return true
    if (treatment === "PassFinished" && DtlsAdmission.isFinished(content)) return true
    if (treatment === "Alert" && DtlsAdmission.isEnd(content)) session.onEnd()
    else drop("unexpected DTLS record")
    return false
  }

  const admitSrtp = (datagram: Buffer, from: Address): Buffer | undefined => {
    if (!isProven(from)) return drop("unproven address")
    if (session.dtlsState() !== "connected") return drop("SRTP before the handshake")
    const isSound = isRtcp(datagram)
      ? isSoundRtcp(datagram)
      : RtpShape.payloadOffsetOf(datagram, minTag) !== RtpShape.malformed
    return isSound ? datagram : drop("malformed SRTP")
  }

  return {
    admit: (datagram, from, now) => {
      const first = datagram.length === 0 ? 255 : datagram[0]!
      if (first >= 128 && first <= 191) return admitSrtp(datagram, from)
      if (first <= 3) return admitStun(datagram, from, now)
      if (first >= 20 && first <= 63) return admitDtls(datagram, from)
      return drop("not STUN, DTLS or SRTP")
    }
  }
}

const nameOf = ([host, port]: Address): string => `${host} ${port}`

/** By the second byte (RFC 5761, section 4). */
const isRtcp = (datagram: Buffer): boolean => datagram.length > 1 && datagram[1]! >= 192 && datagram[1]! <= 223

/** werift takes the types above this one for RTP. */
const maxRtcpType = 208

/** The first packet's header is in the clear. `RtcpCompound` checks the rest when it is decrypted. */
const isSoundRtcp = (datagram: Buffer): boolean =>
  datagram.length >= 8 + minSrtcpTrailer && datagram[1]! <= maxRtcpType &&
  4 + 4 * datagram.readUInt16BE(2) <= datagram.length - minSrtcpTrailer

/** Gives `burst` tokens at once, and `perSecond` over time. */
const tokenBucket = ({ burst, perSecond }: { readonly burst: number; readonly perSecond: number }) => {
  let tokens = burst
  let at = Number.NEGATIVE_INFINITY
  return {
    take: (now: number): boolean => {
      if (now > at) {
        tokens = Math.min(burst, tokens + Math.max(0, now - at) / 1_000 * perSecond)
        at = now
      }
      if (tokens < 1) return false
      tokens--
      return true
    }
  }
}
