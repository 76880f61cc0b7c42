/**
 * SDPs as a faulty or hostile SFU makes them: a real one with a few changes to its lines, fields and m-lines.
 */

/** A number from 0 up to 1, from a seed (mulberry32). */
export type Random = () => number

export const makeRandom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const fields = [
  "",
  "0",
  "-1",
  "1",
  "65536",
  "4294967296",
  "99999999999999999999",
  "NaN",
  "-",
  "*",
  "__proto__",
  "constructor",
  "\u0000",
  "\u001b[2J",
  "ü",
  "a".repeat(300),
  "127.0.0.1",
  "::1",
  "x.local"
]

const lines = [
  "a=candidate:1 1 udp 1 127.0.0.1 9",
  "a=candidate:1 1 udp 1 127.0.0.1 9 typ host",
  "a=end-of-candidates",
  "a=group:BUNDLE 0 1 2",
  "a=group:BUNDLE 7 8 9",
  "a=bundle-only",
  "a=ice-lite",
  "a=ice-ufrag:x",
  "a=ice-pwd:x",
  "a=setup:active",
  "a=setup:passive",
  "a=setup:holdconn",
  "a=fingerprint:md5 00",
  "a=mid:0",
  "a=mid:1",
  "a=sendrecv",
  "a=inactive",
  "a=rid:f send",
  "a=rid:f recv pt=97",
  "a=simulcast:send f;h recv q",
  "a=ssrc:1 cname:x",
  "a=ssrc-group:FID 1 2",
  "a=ssrc-group:FID 1",
  "a=rtpmap:97 VP8/90000",
  "a=rtpmap:97 rtx/90000",
  "a=fmtp:97 apt=97",
  "a=fmtp:97 __proto__=1;;=",
  "a=rtcp-fb:* nack",
  "a=rtcp:9",
  "a=extmap:0 urn:ietf:params:rtp-hdrext:sdes:mid",
  "a=extmap:15/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "a=msid:- -",
  "a=sctp-port:5000",
  "m=audio 9 UDP/TLS/RTP/SAVPF 0",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "m=video 0 UDP/TLS/RTP/SAVPF 97",
  "m=",
  "c=IN IP6",
  "v=1",
  "a=",
  "",
  "="
]

/** One to eight changes. */
export const mutate = (sdp: string, random: Random): string => {
  const below = (count: number): number => Math.floor(random() * count)
  const one = <A>(all: ReadonlyArray<A>): A => all[below(all.length)]!
  const changed = sdp.split("\r\n")
  const changes: ReadonlyArray<() => void> = [
    () => changed.splice(below(changed.length), 1 + below(3)),
    () => changed.splice(below(changed.length), 0, one(lines)),
    () => changed.splice(below(changed.length), 1, one(lines)),
    () => changed.splice(below(changed.length), 0, one(changed)),
    () => changed.push(...changed.splice(below(changed.length), 1)),
    () => changed.splice(below(changed.length), 0, ...Array<string>(below(300)).fill(one(changed))),
    () => {
      const n = below(changed.length)
      const parts = changed[n]!.split(/([ :;=/])/)
      parts[below(parts.length)] = random() < 0.5 ? one(fields) : one(one(changed).split(/[ :;=/]/))
      changed[n] = parts.join("")
    },
    () => {
      const n = below(changed.length)
      changed[n] = changed[n]!.slice(0, below(changed[n]!.length + 1))
    },
    () => {
      const starts = changed.flatMap((line, n) => line.startsWith("m=") ? n : [])
      const start = one([...starts, 0])
      const section = changed.slice(start, starts.find((n) => n > start) ?? changed.length)
      if (random() < 0.5) changed.push(...section)
      else changed.splice(start, section.length)
    }
  ]
  for (let count = 1 + below(8); count > 0; count--) {
    if (changed.length === 0) changed.push("v=0")
    one(changes)()
  }
  return changed.join("\r\n")
}
