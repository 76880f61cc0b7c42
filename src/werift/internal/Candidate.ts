/**
 * Remote ICE candidates: which of them werift may get, and in which form.
 *
 * The fault (H10): werift resolves a `.local` name by multicast DNS. It binds port 5353 on all interfaces, throws an
 * uncaught error if the port is taken, and waits 10 seconds. It resolves any other name by the system's DNS, so a
 * remote peer chooses which names this machine looks up. Noticed by "H10: ..." in `test/werift/ice.test.ts`.
 *
 * Another fault: werift parses a candidate without checks, and one that it cannot parse fails the whole description.
 * Noticed by "a malformed candidate is skipped ..." in `test/werift/hostileOffers.test.ts`.
 */
import { isIP } from "node:net"

export const isLoopback = (address: string): boolean => /^(127(\.\d{1,3}){3}|::1)$/.test(address)

/**
 * Whether werift may get the candidate: one for UDP and RTP, which RTCP shares (RFC 8834), with an IP address, and with
 * `loopbackOnly` one of the loopback.
 */
export const isUsable = (candidate: string, loopbackOnly: boolean): boolean => {
  const { address = "", component, type = "" } = parse(candidate) ?? {}
  return isIP(address) !== 0
    && component === "1"
    && /^(host|srflx|relay)$/i.test(type)
    && !isTcp(candidate)
    && (!loopbackOnly || isLoopback(address))
}

/** Whether a candidate, or a line of an SDP, is one for ICE over TCP (RFC 6544). We have none that it could pair with. */
export const isTcp = (line: string): boolean => /^\s*(a=)?candidate:\S+\s+\d+\s+tcp\s/i.test(line)

/** Whether a candidate, or a line of an SDP, has not the format of one. The empty candidate is the end of candidates. */
export const isMalformed = (line: string): boolean => line !== "" && parse(line) === undefined

/** In characters. A candidate of a browser has 200. */
const maxLength = 1_024

/**
 * `candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type> ...` (RFC 8839, section 5.1).
 */
const format =
  /^\s*(?:a=)?candidate:\S{1,32}\s+(?<component>\d{1,3})\s+\S+\s+(?<priority>\d{1,10})\s+(?<address>\S+)\s+(?<port>\d{1,5})\s+typ\s+(?<type>\S+)/

/** `undefined` if the candidate is malformed. */
const parse = (line: string): { readonly [field: string]: string } | undefined => {
  const fields = line.length > maxLength ? undefined : format.exec(line)?.groups
  return Number(fields?.["priority"]) < 2 ** 32 && Number(fields?.["port"]) <= 65_535 ? fields : undefined
}

/**
 * Makes one blank of several, and removes the extension attribute `generation`, which WebRTC stacks append.
 *
 * The fault: werift nominates no pair whose candidate has another generation number than its own. After a restart that
 * only one side has applied, the numbers differ for good. The ufrag already distinguishes the generations. Noticed by
 * "after restarts without an answer too ..." in `test/werift/restart.test.ts`.
 */
export const repair = (candidate: string): string =>
  candidate.trim().replace(/\s+/g, " ").replace(/ generation \d+/, "")
