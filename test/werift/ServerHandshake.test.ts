/**
 * The flights of a DTLS client, with everything that somebody else can send beside them.
 */
import { createPrivateKey, randomBytes, sign } from "node:crypto"
import { describe, expect, test } from "vitest"
import { maxVerifications } from "../../src/werift/internal/ClientHandshake.ts"
import { bytesOf, type HandshakeMessage } from "../../src/werift/internal/DtlsMessage.ts"
import * as ServerHandshake from "../../src/werift/internal/ServerHandshake.ts"
import {
  certificatesOf,
  certificateVerify,
  clientKeyExchange,
  derOf,
  hello,
  makeTwoCertificates,
  sha256Of
} from "./Handshake.ts"

const [certificate, other] = await makeTwoCertificates()

const cookie = randomBytes(20)
const transcript = randomBytes(500)

const helloOf = (sequence: number, cookie: Buffer): HandshakeMessage => ({ type: 1, sequence, body: hello(cookie) })

/** Certificate, ClientKeyExchange and CertificateVerify after a ClientHello with the number 1. */
const flightOf = (key = certificate.privateKey, presented = certificate): ReadonlyArray<HandshakeMessage> => {
  const before = [
    { type: 11, sequence: 2, body: certificatesOf(derOf(presented)) },
    { type: 16, sequence: 3, body: clientKeyExchange() }
  ]
  const signature = sign("sha256", Buffer.concat([transcript, ...before.map(bytesOf)]), createPrivateKey(key))
  return [...before, {
    type: 15,
    sequence: 4,
    body: Buffer.concat([Buffer.from([4, 3, 0, signature.length]), signature])
  }]
}

const make = () => {
  const refused: Array<string> = []
  const hellos: Array<HandshakeMessage> = []
  const sent = { cookies: 0 }
  const { receive } = ServerHandshake.make({
    cookie,
    fingerprints: () => [sha256Of(certificate)],
    onRefused: (reason) => void refused.push(reason),
    onHello: (message) => void hellos.push(message),
    sendCookie: () => void sent.cookies++,
    transcript: () => transcript
  })
  return { receive, refused, hellos, sent }
}

const passed = (server: ReturnType<typeof make>, messages: ReadonlyArray<HandshakeMessage>) =>
  messages.flatMap((message) => server.receive(message))

/** After a ClientHello with the cookie. */
const begin = () => {
  const server = make()
  passed(server, [helloOf(1, cookie)])
  return server
}

describe("A ClientHello", () => {
  test("without the cookie gets it, and changes nothing", () => {
    const server = make()
    const without = [Buffer.alloc(0), randomBytes(20), randomBytes(19), cookie.subarray(0, 19)]
    expect(passed(server, without.map((wrong) => helloOf(0, wrong)))).toEqual([])
    expect([server.sent.cookies, server.hellos]).toEqual([4, []])
  })

  test("with the cookie passes once, and werift gets it without the cookie first", () => {
    const server = make()
    const first = helloOf(1, cookie)
    expect(passed(server, [helloOf(0, Buffer.alloc(0)), first])).toEqual([first])
    const { body } = first
    const withoutCookie = Buffer.concat([body.subarray(0, 35), Buffer.alloc(1), body.subarray(56)])
    expect(server.hellos).toEqual([{ ...first, body: withoutCookie }])
    expect(passed(server, [first, helloOf(1, cookie), helloOf(2, Buffer.alloc(0))])).toEqual([])
    expect([server.hellos.length, server.sent.cookies]).toEqual([1, 1])
  })

  test("that is malformed gets no answer", () => {
    const server = make()
    const { body } = helloOf(0, Buffer.alloc(0))
    const bodies = [
      randomBytes(60),
      body.subarray(0, body.length - 1),
      Buffer.concat([body, Buffer.alloc(1)]),
      Buffer.alloc(0)
    ]
    expect(passed(server, bodies.map((body) => ({ type: 1, sequence: 0, body })))).toEqual([])
    expect(server.sent.cookies).toBe(0)
  })
})

describe("The proof of a DTLS client", () => {
  test("passes once, in its order, in whatever order it arrives", () => {
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 0, 2, 2, 1]]) {
      const [server, flight] = [begin(), flightOf()]
      expect(passed(server, order.map((n) => flight[n]!))).toEqual(flight)
      expect(passed(server, [...flight, ...flightOf()])).toEqual([])
      expect(server.refused).toEqual([])
    }
  })

  test("does not pass before a ClientHello", () => {
    expect(passed(make(), flightOf())).toEqual([])
  })

  test("with a forged key does not pass, and that of the client passes after it", () => {
    const server = begin()
    expect(passed(server, flightOf(other.privateKey))).toEqual([])
    expect(server.refused).toEqual(["the handshake is not signed with the key of the certificate"])
    expect(passed(server, flightOf())).toHaveLength(3)
  })

  test("with another certificate does not pass, although its key has signed", () => {
    const server = begin()
    expect(passed(server, flightOf(other.privateKey, other))).toEqual([])
    expect(server.refused).toEqual(["the certificate has no fingerprint of the remote description"])
  })

  test("does not pass without a certificate, or with an empty one", () => {
    const [presented, exchange, verify] = flightOf()
    const without = begin()
    expect(passed(without, [{ ...exchange!, sequence: 2 }, { ...verify!, sequence: 3 }])).toEqual([])
    const empty = begin()
    expect(passed(empty, [{ ...presented!, body: Buffer.alloc(3) }, exchange!, verify!])).toEqual([])
    const reason = "the client presents no certificate"
    expect([without.refused, empty.refused]).toEqual([[reason], [reason]])
  })

  test("over another key exchange does not pass", () => {
    const [one, two] = [flightOf(), flightOf()]
    expect(passed(begin(), [one[0]!, two[1]!, one[2]!])).toEqual([])
  })

  test("whose messages are not next to each other does not pass", () => {
    for (let n = 0; n < 3; n++) {
      const flight = flightOf().map((message, at) => at < n ? message : { ...message, sequence: message.sequence + 1 })
      expect(passed(begin(), flight)).toEqual([])
    }
  })

  test("passes also if a stranger sends a message of his own before each", () => {
    for (let n = 0; n < 50; n++) {
      const [server, flight] = [begin(), flightOf()]
      const strangers: ReadonlyArray<HandshakeMessage> = [
        helloOf(1, Buffer.alloc(0)),
        helloOf(2, randomBytes(20)),
        { type: 11, sequence: 2, body: Buffer.alloc(3) },
        { type: 11, sequence: 2, body: certificatesOf(derOf(other)) },
        { type: 11, sequence: 2, body: randomBytes(60) },
        { type: 16, sequence: 3, body: clientKeyExchange() },
        { type: 16, sequence: 2, body: clientKeyExchange() },
        { type: 15, sequence: 4, body: certificateVerify() },
        { type: 20, sequence: 5, body: randomBytes(12) }
      ]
      const messages = flight.flatMap((message, at) => [strangers[(n + 2 * at) % strangers.length]!, message])
      expect(passed(server, messages).map(({ type }) => type)).toEqual([11, 16, 15])
    }
  })

  test("costs a bounded number of verifications", () => {
    const server = begin()
    passed(server, flightOf().slice(0, 2))
    for (let n = 0; n < 2 * maxVerifications; n++) server.receive({ type: 15, sequence: 4, body: certificateVerify() })
    expect(server.refused).toHaveLength(maxVerifications)
  })
})
