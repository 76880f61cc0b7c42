/**
 * Finds the media sections that an SFU gives to another participant, from its offers to one connection. Pure.
 */

/** The state of the section before, and its SSRC compared with that of the former participant. */
export const reuses = [
  "live, same SSRC",
  "live, new SSRC",
  "after inactive, same SSRC",
  "after inactive, new SSRC"
] as const

export type Reuse = typeof reuses[number]

interface Section {
  readonly isSending: boolean
  /** The session that has the section, or had it last. */
  readonly owner: string | undefined
  readonly ssrc: string | undefined
}

/** By mid. */
export type Sections = ReadonlyMap<string, Section>

export const none: Sections = new Map()

/** `ownerOf` returns the session that a stream id belongs to. */
export const applyOffer = (
  before: Sections,
  sdp: string,
  ownerOf: (streamId: string) => string | undefined
): readonly [Sections, ReadonlyArray<Reuse>] => {
  const found: Array<Reuse> = []
  const after = sdp.split(/^m=/m).slice(1).flatMap((section): ReadonlyArray<readonly [string, Section]> => {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1]
    if (mid === undefined) return []
    const known = before.get(mid)
    const streamId = /^a=msid:(\S+)/m.exec(section)?.[1]
    const isSending = /^a=send(only|recv)/m.test(section) && streamId !== undefined && !/^\S+ 0 /.test(section)
    if (!isSending) return [[mid, { owner: known?.owner, ssrc: known?.ssrc, isSending }]]
    const owner = ownerOf(streamId)
    const ssrc = /^a=ssrc:(\d+)/m.exec(section)?.[1]
    if (known?.owner !== undefined && owner !== undefined && owner !== known.owner) {
      found.push(`${known.isSending ? "live" : "after inactive"}, ${ssrc === known.ssrc ? "same" : "new"} SSRC`)
    }
    return [[mid, { owner, ssrc, isSending }]]
  })
  return [new Map(after), found]
}
