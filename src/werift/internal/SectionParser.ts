/**
 * Parses the m-lines of an offer with werift's parser, each by itself: so one that is malformed fails alone. An m-line that is
 * the same as in the last offer is not parsed again, because each publication in a large call makes an offer of all m-lines.
 */
import { SessionDescription } from "werift"
import { detailOf } from "./PeerError.ts"
import * as SdpText from "./SdpText.ts"

export type Media = SessionDescription["media"][number]

/** The m-line, or why werift cannot parse it. */
export type Parsed = Media | string

export interface SectionParser {
  readonly parse: (sections: ReadonlyArray<SdpText.Lines>) => ReadonlyArray<Parsed>
}

export const make = (): SectionParser => {
  let last: ReadonlyMap<string, Parsed> = new Map()
  return {
    parse: (sections) => {
      const parsed = sections.map((section) => {
        const text = SdpText.join([session, section])
        return [text, last.get(text) ?? parse(text)] as const
      })
      last = new Map(parsed)
      return parsed.map(([, media]) => media)
    }
  }
}

/** Without the session's lines: its groups name other m-lines, and parsing all of them for each m-line is quadratic. */
const session: SdpText.Lines = ["v=0"]

const parse = (text: string): Parsed => {
  try {
    return SessionDescription.parse(text).media[0]!
  } catch (error) {
    return detailOf(error)
  }
}
