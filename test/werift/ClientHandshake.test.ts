/**
 * The flight of a DTLS server, with everything that somebody else can send beside it.
 */
import { createPrivateKey, randomBytes, sign } from "node:crypto"
import { describe, expect, test } from "vitest"
import * as ClientHandshake from "../../src/werift/internal/ClientHandshake.ts"
import type { HandshakeMessage } from "../../src/werift/internal/DtlsMessage.ts"
import {
  certificateRequest,
  certificatesOf,
  derOf,
  hello,
  keyExchange,
  makeTwoCertificates,
  sha256Of,
  verifyRequest
} from "./Handshake.ts"

const [certificate, other] = await makeTwoCertificates()

const clientRandom = randomBytes(32)

/** The five messages of a server, from this `message_seq` on. */
const flightOf = (
  first = 1,
  key = certificate.privateKey,
  presented = certificate
): ReadonlyArray<HandshakeMessage> => {
  const serverHello = hello()
  const parameters = Buffer.concat([Buffer.from([3, 0, 29, 32]), randomBytes(32)])
  const data = Buffer.concat([clientRandom, serverHello.subarray(2, 34), parameters])
  const signature = sign("sha256", data, createPrivateKey(key))
  const exchange = Buffer.concat([parameters, Buffer.from([4, 3, 0, signature.length]), signature])
  const bodies = [serverHello, certificatesOf(derOf(presented)), exchange, certificateRequest, Buffer.alloc(0)]
  return bodies.map((body, n) => ({ type: [2, 11, 12, 13, 14][n]!, sequence: first + n, body }))
}

const make = (isSent = true) => {
  const refused: Array<string> = []
  const handshake = ClientHandshake.make({
    clientRandom: () => isSent ? clientRandom : undefined,
    fingerprints: () => [sha256Of(certificate)],
    onRefused: (reason) => void refused.push(reason)
  })
  return { ...handshake, refused }
}

/** Receives the messages and returns all that passed. */
const passed = (client: ReturnType<typeof make>, messages: ReadonlyArray<HandshakeMessage>) =>
  messages.flatMap((message) => client.receive(message))

describe("The flight of a DTLS server", () => {
  test("passes once, in its order, in whatever order it arrives, with and without a HelloVerifyRequest", () => {
    for (const first of [0, 1]) {
      for (const order of [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [0, 0, 1, 1, 4, 2, 3, 3]]) {
        const [client, flight] = [make(), flightOf(first)]
        expect(passed(client, order.map((n) => flight[n]!))).toEqual(flight)
        expect(passed(client, [...flight, ...flightOf(first)])).toEqual([])
        expect(client.refused).toEqual([])
      }
    }
  })

  test("does not pass before we have sent a ClientHello", () => {
    expect(passed(make(false), flightOf())).toEqual([])
  })

  test("with a forged key does not pass, and that of the server passes after it", () => {
    const client = make()
    expect(passed(client, flightOf(1, other.privateKey))).toEqual([])
    expect(client.refused).toEqual(["the key exchange is not signed with the key of the certificate"])
    const flight = flightOf()
    expect(passed(client, flight)).toHaveLength(5)
  })

  test("with another certificate does not pass, although its key has signed", () => {
    const client = make()
    expect(passed(client, flightOf(1, other.privateKey, other))).toEqual([])
    expect(client.refused).toEqual(["the certificate has no fingerprint of the remote description"])
  })

  test("that was signed for another handshake does not pass", () => {
    const [one, two] = [flightOf(), flightOf()]
    expect(passed(make(), [one[0]!, one[1]!, two[2]!, one[3]!, one[4]!])).toEqual([])
  })

  test("whose messages are not next to each other does not pass", () => {
    for (let n = 0; n < 5; n++) {
      const flight = flightOf().map((message, at) => at < n ? message : { ...message, sequence: message.sequence + 1 })
      expect(passed(make(), flight)).toHaveLength(n === 0 ? 5 : 0)
    }
  })

  test("that requests no certificate does not pass", () => {
    const client = make()
    const [serverHello, presented, exchange, , done] = flightOf()
    expect(passed(client, [serverHello!, presented!, exchange!, { ...done!, sequence: 4 }])).toEqual([])
    expect(client.refused).toEqual(["the server requests no certificate"])
  })

  test("passes also if a stranger sends a message of his own before each", () => {
    for (let n = 0; n < 50; n++) {
      const [client, flight] = [make(), flightOf()]
      const strangers: ReadonlyArray<HandshakeMessage> = [
        { type: 2, sequence: 1, body: hello() },
        { type: 2, sequence: 2, body: hello() },
        { type: 2, sequence: 1, body: randomBytes(60) },
        { type: 11, sequence: 2, body: randomBytes(60) },
        { type: 11, sequence: 2, body: certificatesOf(derOf(other)) },
        { type: 12, sequence: 3, body: keyExchange() },
        { type: 13, sequence: 4, body: randomBytes(60) },
        { type: 14, sequence: 4, body: Buffer.alloc(0) },
        { type: 14, sequence: 5, body: Buffer.alloc(0) },
        { type: 20, sequence: 6, body: randomBytes(12) }
      ]
      const messages = flight.flatMap((message, at) => [strangers[(n + 3 * at) % strangers.length]!, message])
      expect(passed(client, messages).map(({ type }) => type)).toEqual([2, 11, 12, 13, 14])
    }
  })

  test("costs a bounded number of verifications", () => {
    const client = make()
    const flight = flightOf()
    passed(client, flight.slice(0, 2))
    for (let n = 0; n < 2 * ClientHandshake.maxVerifications; n++) {
      client.receive({ type: 12, sequence: 3, body: keyExchange() })
    }
    expect(client.refused).toHaveLength(ClientHandshake.maxVerifications)
  })
})

describe("A HelloVerifyRequest", () => {
  const request = (body = verifyRequest()): HandshakeMessage => ({ type: 3, sequence: 0, body })

  test("passes once", () => {
    const client = make()
    const first = request()
    expect(passed(client, [first, first, request()])).toEqual([first])
  })

  test("with another cookie is next when the first has brought no proof, four in all", () => {
    const client = make()
    const requests = Array.from({ length: 6 }, () => request())
    expect(client.nextRequest()).toBeUndefined()
    expect(passed(client, [requests[0]!, requests[0]!])).toEqual([requests[0]])
    expect(client.nextRequest()).toBeUndefined()
    passed(client, requests.slice(1, 3))
    expect([client.nextRequest(), client.nextRequest()]).toEqual([requests[2], requests[1]])
    passed(client, requests.slice(3))
    expect(client.nextRequest()).toEqual(requests[5])
    expect(client.nextRequest()).toBeUndefined()
  })

  test("is not answered after a proof", () => {
    const client = make()
    passed(client, [request(), request(), ...flightOf().slice(0, 3)])
    expect(client.nextRequest()).toBeUndefined()
  })

  test("does not pass if it is malformed, or after a proof", () => {
    const tooLong = Buffer.concat([verifyRequest(), Buffer.alloc(1)])
    expect(passed(make(), [request(tooLong), request(Buffer.alloc(2))])).toEqual([])
    expect(passed(make(), [...flightOf().slice(0, 3), request()])).toEqual([])
    expect(passed(make(), [{ type: 2, sequence: 0, body: hello() }, request()])).toHaveLength(1)
  })
})
