/**
 * Rejects the m-lines of an offer that cannot be used, and only these: in the answer they have port 0 (RFC 3264, section 6).
 *
 * werift throws on most of them, and stops the transceiver of the others for good. So it gets another m-line in their
 * place: with port 0 and a mid that it does not know. A later offer can use the m-line again.
 *
 * Text in, text out. Noticed by `test/werift/rejected.test.ts`.
 */
import * as SdpText from "./SdpText.ts"

export interface Replaced {
  /** For werift. */
  readonly sections: ReadonlyArray<SdpText.Lines>
  /** Puts the rejected m-lines into werift's answer. */
  readonly restore: (answer: string) => string
}

/** `all` begins with the session's lines. `isRejected` has an element for each m-line. */
export const replace = (all: ReadonlyArray<SdpText.Lines>, isRejected: ReadonlyArray<boolean>): Replaced => {
  if (!isRejected.includes(true)) return { sections: all, restore: (answer) => answer }
  const [session = [], ...sections] = all
  const mids = new Set(sections.map((section) => SdpText.valueOf(section, "mid")))
  return {
    sections: [
      session,
      ...sections.map((section, n) => isRejected[n] ? standIn(unusedMid(mids, n)) : section)
    ],
    restore: (answer) => {
      const [session = [], ...answered] = SdpText.sectionsOf(answer)
      return SdpText.join([session, ...answered.map((section, n) => isRejected[n] ? rejection(sections[n]!) : section)])
    }
  }
}

const standIn = (mid: string): SdpText.Lines => [
  "m=audio 0 UDP/TLS/RTP/SAVPF 0",
  "c=IN IP4 0.0.0.0",
  "a=inactive",
  `a=mid:${mid}`
]

const unusedMid = (mids: ReadonlySet<string | undefined>, n: number): string => {
  let mid = `rejected-${n}`
  while (mids.has(mid)) mid += "x"
  return mid
}

/** Keeps media type, protocol and formats of the offer. */
const rejection = (offered: SdpText.Lines): SdpText.Lines => {
  const [kind = "audio", , protocol = "UDP/TLS/RTP/SAVPF", ...formats] = offered[0]!.slice("m=".length).split(" ")
  const mid = SdpText.valueOf(offered, "mid")
  return [
    [`m=${kind}`, 0, protocol, ...(formats.length === 0 ? ["0"] : formats)].join(" "),
    "c=IN IP4 0.0.0.0",
    "a=inactive",
    ...(mid === undefined ? [] : [`a=mid:${mid}`])
  ]
}
