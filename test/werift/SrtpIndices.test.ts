/**
 * werift's SRTP and SRTCP sessions with the repaired indices, in both protection profiles.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  PictureLossIndication,
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  RtcpPayloadSpecificFeedback,
  RtpHeader,
  SrtcpSession,
  SrtpAuthenticationError,
  SrtpSession
} from "werift"
import * as SrtpDecryption from "../../src/werift/internal/SrtpDecryption.ts"
import { repairEncryption, repairSrtcpDecryption } from "../../src/werift/internal/SrtpIndices.ts"
import { forge } from "../support/forge.ts"
import { runs } from "../support/runs.ts"
import { headers, payloads } from "./RtpPackets.ts"

const profiles = [ProtectionProfileAes128CmHmacSha1_80, ProtectionProfileAeadAes128Gcm] as const

const keyOf = (n: number): Buffer => Buffer.alloc(16, n)

/** The two ends of a session. */
const ends = (profile: number) => {
  const saltLength = profile === ProtectionProfileAeadAes128Gcm ? 12 : 14
  const config = (local: number, remote: number) => ({
    profile,
    keys: {
      localMasterKey: keyOf(local),
      localMasterSalt: Buffer.alloc(saltLength, local),
      remoteMasterKey: keyOf(remote),
      remoteMasterSalt: Buffer.alloc(saltLength, remote)
    }
  })
  return [config(1, 2), config(2, 1)] as const
}

const srtp = (profile: number) => {
  const [one, other] = ends(profile)
  const [sender, receiver] = [new SrtpSession(one), new SrtpSession(other)]
  repairEncryption(sender)
  const decrypt = SrtpDecryption.make(receiver)
  const seal = (sequenceNumber: number, ssrc = 7): Buffer =>
    sender.encrypt(Buffer.from(`${sequenceNumber}`), new RtpHeader({ payloadType: 96, sequenceNumber, ssrc }))
  const open = (datagram: Buffer): string => decrypt(datagram)?.payload.toString() ?? "dropped"
  return { sender, decrypt, seal, open }
}

describe.each(profiles)("SRTP, profile %i", (profile) => {
  test("a datagram that comes twice, or again 200 packets later, is dropped", () => {
    const { open, seal } = srtp(profile)
    const datagrams = Array.from({ length: 200 }, (_, n) => seal(n + 1))
    expect(open(datagrams[0]!)).toBe("1")
    expect(open(datagrams[0]!)).toBe("dropped")
    expect(datagrams.slice(1).map(open)).not.toContain("dropped")
    expect(datagrams.map(open).every((text) => text === "dropped")).toBe(true)
  })

  test("late packets are accepted once, up to 1,023 packets late", () => {
    const { open, seal } = srtp(profile)
    const datagrams = Array.from({ length: 1_026 }, (_, n) => seal(n))
    expect(open(datagrams[1_025]!)).toBe("1025")
    expect([open(datagrams[2]!), open(datagrams[2]!), open(datagrams[1]!)]).toEqual(["2", "dropped", "dropped"])
  })

  test("a forged datagram changes nothing", () => {
    const { open, seal } = srtp(profile)
    const [first, second, ahead] = [seal(1), seal(2), seal(30_000)]
    expect(open(first)).toBe("1")
    expect(open(forge(second, 12))).toBe("dropped")
    expect(open(forge(ahead, 12))).toBe("dropped")
    expect(open(second)).toBe("2")
    expect(open(forge(seal(1, 8), 12))).toBe("dropped")
    expect(open(seal(60_000, 8))).toBe("60000")
  })

  test("the sequence number rolls over, also within a gap, and packets from before it are late", () => {
    const { open, seal } = srtp(profile)
    const [before, late] = [seal(65_300), seal(65_301)]
    const after = [seal(500), seal(501)]
    expect([open(before), ...after.map(open), open(late), open(after[0]!)])
      .toEqual(["65300", "500", "501", "65301", "dropped"])
    const again = Array.from({ length: 4 }, (_, n) => seal(20_000 * (n + 1) % 65_536))
    expect(again.map(open)).toEqual(["20000", "40000", "60000", "14464"])
  })

  test("a packet with any header is decrypted to what was encrypted", () => {
    fc.assert(
      fc.property(headers, payloads, (header, payload) => {
        const { decrypt, sender } = srtp(profile)
        const received = decrypt(sender.encrypt(payload, header))!
        expect(received.payload).toEqual(payload)
        expect(header).toMatchObject({ ...received.header, serializeSize: header.serializeSize })
      }),
      runs(200)
    )
  })

  test("padding is removed, and a packet whose padding does not fit is dropped", () => {
    const { open, sender } = srtp(profile)
    const seal = (sequenceNumber: number, ...padding: ReadonlyArray<number>): Buffer =>
      sender.encrypt(
        Buffer.concat([Buffer.from("text"), Buffer.from(padding)]),
        new RtpHeader({ payloadType: 96, sequenceNumber, ssrc: 7, padding: true })
      )
    expect([open(seal(1, 0, 0, 3)), open(seal(2, 0, 0, 8)), open(seal(3, 1))]).toEqual(["text", "dropped", "text"])
  })

  test("what is no SRTP packet is dropped", () => {
    const { open } = srtp(profile)
    expect([0, 1, 2, 11, 12, 27, 40].map((length) => open(Buffer.alloc(length, 0x80))))
      .toEqual(Array.from({ length: 7 }, () => "dropped"))
  })
})

describe.each(profiles)("SRTCP, profile %i", (profile) => {
  const rtcp = (mediaSsrc: number): Buffer =>
    new RtcpPayloadSpecificFeedback({ feedback: new PictureLossIndication({ senderSsrc: 5, mediaSsrc }) }).serialize()

  const make = () => {
    const [one, other] = ends(profile)
    const [sender, receiver] = [new SrtcpSession(one), new SrtcpSession(other)]
    repairSrtcpDecryption(receiver)
    const open = (datagram: Buffer): string => {
      try {
        return `${receiver.decrypt(datagram).readUInt32BE(8)}`
      } catch (error) {
        if (error instanceof SrtpAuthenticationError) return "dropped"
        throw error
      }
    }
    return { seal: (mediaSsrc: number) => sender.encrypt(rtcp(mediaSsrc)), open }
  }

  test("a datagram that comes twice, or again later, is dropped, and a forged one changes nothing", () => {
    const { open, seal } = make()
    const datagrams = Array.from({ length: 200 }, (_, n) => seal(n))
    expect(open(datagrams[1]!)).toBe("1")
    expect(open(forge(datagrams[199]!, 12))).toBe("dropped")
    expect(open(datagrams[0]!)).toBe("0")
    expect(datagrams.slice(2).map(open)).not.toContain("dropped")
    expect(datagrams.map(open).every((text) => text === "dropped")).toBe(true)
  })

  test("what is no SRTCP packet is dropped", () => {
    const { open } = make()
    expect([0, 7, 8, 12, 22, 40].map((length) => open(Buffer.alloc(length, 0x80))))
      .toEqual(Array.from({ length: 6 }, () => "dropped"))
  })
})
