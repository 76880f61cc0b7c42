/**
 * Remote ICE candidates: which of them werift may get, and in which form.
 *
 * The fault (H10): werift resolves a `.local` name by multicast DNS. It binds port 5353 on all interfaces, throws an
 * uncaught error if the port is taken, and waits 10 seconds. It resolves any other name by the system's DNS, so a
 * remote peer chooses which names this machine looks up. Noticed by "H10: ..." in `test/werift/ice.test.ts`.
 */
import { isIP } from "node:net"

export const isLoopback = (address: string): boolean => /^(127(\.\d{1,3}){3}|::1)$/.test(address)

/**
 * Whether the candidate's address is an IP address, and with `loopbackOnly` one of the loopback. The format is
 * `candidate:<foundation> <component> <transport> <priority> <address> <port> ...` (RFC 8839, section 5.1).
 */
export const isUsable = (candidate: string, loopbackOnly: boolean): boolean => {
  const address = candidate.trim().split(/\s+/)[4]
  return address !== undefined && isIP(address) !== 0 && (!loopbackOnly || isLoopback(address))
}

/**
 * Removes the extension attribute `generation`, which WebRTC stacks append.
 *
 * The fault: werift nominates no pair whose candidate has another generation number than its own. After a restart that
 * only one side has applied, the numbers differ for good. The ufrag already distinguishes the generations. Noticed by
 * "an ICE restart without an answer ..." in `test/werift/publisher.test.ts`.
 */
export const repair = (candidate: string): string => candidate.replace(/ generation \d+/, "")
