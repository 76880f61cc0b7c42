/**
 * The parts of an SDP that the page reads.
 */
import { kindOf, type TrackType, trackTypeOf, trackTypes } from "./protocol.ts"

/** A media section that sends. */
export interface MediaSection {
  readonly mid: string
  readonly streamIdPrefix: string
  readonly type: TrackType
}

const typeNames = ["TRACK_TYPE_AUDIO", "TRACK_TYPE_VIDEO", "TRACK_TYPE_SCREEN_SHARE", "TRACK_TYPE_SCREEN_SHARE_AUDIO"]

/** In a stream id the type is a name or a number. */
const typeNamed = (text: string | undefined): TrackType | undefined =>
  trackTypes[typeNames.indexOf(text ?? "")] ?? trackTypeOf(Number(text))

/** The media sections of an offer that send the track of a participant. */
export const sendingSections = (sdp: string): ReadonlyArray<MediaSection> =>
  sdp.split(/^m=/m).slice(1).flatMap((section) => {
    const find = (pattern: RegExp): string | undefined => pattern.exec(section)?.[1]
    const [kind, port] = section.split(" ")
    const mid = find(/^a=mid:(\S+)/m)
    const [streamIdPrefix, typeName] = find(/^a=msid:(\S+)/m)?.split(":") ?? []
    const type = typeNamed(typeName)
    const isSending = port !== "0" && !/^a=(recvonly|inactive)\s*$/m.test(section)
    return isSending && mid && streamIdPrefix && type && kindOf(type) === kind ? [{ mid, streamIdPrefix, type }] : []
  })

export const ufragsOf = (sdp: string): ReadonlySet<string> =>
  new Set(Array.from(sdp.matchAll(/^a=ice-ufrag:(\S+)/gm), ([, ufrag]) => ufrag ?? ""))
