/**
 * What an offer to a subscriber contains, by the settings: edits the SDP that werift makes. Pure.
 */
import type { Settings } from "./Settings.ts"

const midUri = "urn:ietf:params:rtp-hdrext:sdes:mid"

/** A line that the settings leave out. */
const isLeftOut = (line: string, { midExtension, ssrcLines }: Settings): boolean =>
  (!ssrcLines && /^a=ssrc(-group)?:/.test(line))
  || (!midExtension && line.startsWith("a=extmap:") && line.endsWith(midUri))

/**
 * Adds a BUNDLE group of the stopped sections if every section has port 0: werift offers no group then, and libwebrtc with
 * `max-bundle` refuses an offer without a group that has members.
 */
const withBundle = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const firstSection = lines.findIndex((line) => line.startsWith("m="))
  if (firstSection < 0 || lines.some((line) => line.startsWith("a=group:BUNDLE"))) return lines
  const mids = lines.filter((line) => line.startsWith("a=mid:")).map((line) => line.slice("a=mid:".length))
  return lines.toSpliced(firstSection, 0, `a=group:BUNDLE ${mids.join(" ")}`)
}

export const make = (sdp: string, settings: Settings): string =>
  withBundle(sdp.split("\r\n").filter((line) => !isLeftOut(line, settings))).join("\r\n")

/** The id of the header extension that names a packet's mid; undefined, if the SDP has none. */
export const midExtensionId = (sdp: string): number | undefined => {
  const [, id] = new RegExp(`^a=extmap:(\\d+)\\S* ${midUri}`, "m").exec(sdp) ?? []
  return id === undefined ? undefined : Number(id)
}
