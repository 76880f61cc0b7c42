/**
 * SDPs and candidates whose every text is hostile.
 */
const sessionOf = (word: string): ReadonlyArray<string> => [
  "v=0",
  `o=${word} 1 1 IN IP4 127.0.0.1`,
  `s=${word}`,
  "t=0 0",
  `a=group:BUNDLE 0 1 ${word}`,
  `a=msid-semantic:WMS ${word}`,
  "a=ice-ufrag:abcd",
  "a=ice-pwd:abcdabcdabcdabcdabcdabcd",
  `a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}`,
  "a=setup:actpass",
  `a=${word}:${word}`
]

/** An m-line that can be used, but for what is replaced. */
const section = (options: {
  readonly media?: string
  readonly mid?: string
  readonly codec?: string
  readonly word: string
}): ReadonlyArray<string> => [
  options.media ?? "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 127.0.0.1",
  ...(options.mid === undefined ? [] : [`a=mid:${options.mid}`]),
  "a=sendonly",
  "a=rtcp-mux",
  `a=rtpmap:111 ${options.codec ?? "opus/48000/2"}`,
  `a=fmtp:111 ${options.word}`,
  `a=rtcp-fb:111 ${options.word}`,
  `a=extmap:3 ${options.word}`,
  `a=msid:${options.word} ${options.word}`,
  `a=ssrc:1234 cname:${options.word}`,
  `a=rid:${options.word} send`,
  `a=candidate:1 1 udp 1 ${options.word} 9 typ host`,
  `a=candidate:${options.word}`,
  `a=${options.word}`
]

const textOf = (lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\r\n`).join("")

/** Each of them takes another way through the peer connection. The first two can be answered. */
export const sdps = (word: string): ReadonlyArray<string> => {
  const session = sessionOf(word)
  const usable = section({ mid: "0", word })
  return [
    textOf([...session, ...usable]),
    textOf([...session, ...section({ mid: word, word })]),
    textOf([...session, ...usable, ...section({ mid: word, word, codec: "speex/8000" })]),
    textOf([...session, ...usable, ...section({ mid: "1", word, media: `m=${word} 9 UDP/TLS/RTP/SAVPF 111` })]),
    textOf([...session, ...usable, ...section({ mid: "1", word, media: `m=audio 9 ${word} ${word}` })]),
    textOf([...session, ...usable, ...section({ mid: "1", word }), `c=IN IP6 ${word}`]),
    textOf([...session, ...usable, ...section({ mid: "1", word }), `c=${word}`]),
    textOf([...session, ...usable, ...section({ mid: word, word, media: "m=audio 0 UDP/TLS/RTP/SAVPF 111" })]),
    textOf([...session, ...section({ mid: word, word }), ...section({ mid: word, word })]),
    textOf([...session, ...section({ word })]),
    `v=0 ${word}`,
    word
  ]
}

/** As the protocol has them, in JSON. */
export const candidates = (word: string): ReadonlyArray<string> =>
  [
    { candidate: word },
    { candidate: `candidate:1 1 udp 1 ${word} 9 typ host`, sdpMid: word, usernameFragment: word },
    { candidate: `candidate:1 1 tcp 1 127.0.0.1 9 typ host ${word}` },
    { candidate: `candidate:${word} 1 udp 1 127.0.0.1 9 typ ${word}`, sdpMid: "0" },
    { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ \ud800" }
  ].map((candidate) => JSON.stringify(candidate)).concat(word)
