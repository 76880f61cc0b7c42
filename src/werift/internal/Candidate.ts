/**
 * Which ICE candidates of the other side are touched at all.
 *
 * werift looks `.local` names up by multicast DNS: it binds port 5353 on all interfaces, dies of an uncaught error where
 * that is taken, and waits for ten seconds. Any other name it would have the system look up, on a stranger's word.
 */
import { isIP } from "node:net"

export const isLoopback = (address: string): boolean => /^(127(\.\d{1,3}){3}|::1)$/.test(address)

/** `candidate:<foundation> <component> <transport> <priority> <address> <port> ...` (RFC 8839, section 5.1). */
export const isUsable = (candidate: string, loopbackOnly: boolean): boolean => {
  const address = candidate.trim().split(/\s+/)[4]
  return address !== undefined && isIP(address) !== 0 && (!loopbackOnly || isLoopback(address))
}

/**
 * Without the number of its generation, which WebRTC stacks append. werift nominates no pair whose candidate's number is
 * not its own, and after a restart that only one side has heard of the two differ for good. The ufrag tells generations.
 */
export const repair = (candidate: string): string => candidate.replace(/ generation \d+/, "")
