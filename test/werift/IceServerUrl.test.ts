/**
 * The URLs of ICE servers: RFC 7064 (STUN) and RFC 7065 (TURN).
 */
import { describe, expect, test } from "vitest"
import * as IceServerUrl from "../../src/werift/internal/IceServerUrl.ts"

const turn = (name: string, host: string, port: number, ...transports: ReadonlyArray<string>) => ({
  _tag: "Turn",
  name,
  server: { host, port },
  transports
})

const unusable = (name: string, reason: RegExp) => ({ _tag: "Unusable", name, reason: expect.stringMatching(reason) })

const invalid = unusable("an ICE server", /invalid/)

describe("URLs of ICE servers", () => {
  test.each<readonly [url: string, expected: object]>([
    ["stun:a.example", { _tag: "Stun", name: "stun:a.example:3478", server: { host: "a.example", port: 3478 } }],
    ["STUN:192.0.2.1:19302", {
      _tag: "Stun",
      name: "STUN:192.0.2.1:19302",
      server: { host: "192.0.2.1", port: 19302 }
    }],
    ["turn:a.example", turn("turn:a.example:3478", "a.example", 3478, "udp", "tcp")],
    [" turn:a.example:80 ", turn("turn:a.example:80", "a.example", 80, "udp", "tcp")],
    ["turn:a.example?transport=udp", turn("turn:a.example:3478?transport=udp", "a.example", 3478, "udp")],
    ["turn:a.example:443?transport=TCP", turn("turn:a.example:443?transport=tcp", "a.example", 443, "tcp")],
    ["turns:a.example", turn("turns:a.example:5349", "a.example", 5349, "tls")],
    ["turns:[2001:db8::1]:443?transport=tcp", turn("turns:[2001:db8::1]:443?transport=tcp", "2001:db8::1", 443, "tls")],
    ["turns:a.example?transport=udp", unusable("turns:a.example:5349?transport=udp", /DTLS/)],
    ["turn:a.example?transport=sctp", unusable("turn:a.example:3478?transport=sctp", /not supported/)],
    ["stuns:a.example", unusable("stuns:a.example:5349", /TLS/)],
    ["stun:a.example?transport=tcp", unusable("stun:a.example:3478?transport=tcp", /UDP only/)],
    ["", invalid],
    ["turn:", invalid],
    ["a.example:3478", invalid],
    ["http://a.example", invalid],
    ["turn:a.example:0", invalid],
    ["turn:a.example:70000", invalid],
    ["turn:[no address]", invalid],
    ["turn:user:secret@a.example", invalid],
    ["turn:a.example?secret", invalid]
  ])("%s", (url, expected) => {
    expect(IceServerUrl.parse(url)).toEqual(expected)
  })

  test("the name is escaped and cut: an SFU chooses the URL", () => {
    const { name } = IceServerUrl.parse(`turn:a\u001b[2J${"x".repeat(1_000)}`.replace("[", ""))
    expect(name).not.toContain("\u001b")
    expect(name.length).toBeLessThan(250)
  })
})
