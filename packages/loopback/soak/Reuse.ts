/**
 * Which m-lines an SFU gives to somebody else, by what its offers to one connection say. Pure.
 */

/** Of the participant who is given the m-line, compared with the one who had it. */
export const reuses = [
  "live, same SSRC",
  "live, new SSRC",
  "after inactive, same SSRC",
  "after inactive, new SSRC"
] as const

export type Reuse = typeof reuses[number]

interface Line {
  readonly isSending: boolean
  /** Who has it, or had it last. */
  readonly owner: string | undefined
  readonly ssrc: string | undefined
}

/** By mid. */
export type Lines = ReadonlyMap<string, Line>

export const none: Lines = new Map()

/** `ownerOf` says who has a stream id. */
export const step = (
  before: Lines,
  sdp: string,
  ownerOf: (streamId: string) => string | undefined
): readonly [Lines, ReadonlyArray<Reuse>] => {
  const found: Array<Reuse> = []
  const after = sdp.split(/^m=/m).slice(1).flatMap((section): ReadonlyArray<readonly [string, Line]> => {
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
