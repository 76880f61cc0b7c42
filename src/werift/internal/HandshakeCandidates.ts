/**
 * The messages that may belong to a flight of a DTLS handshake. Anybody can send one, and only a signature that covers
 * several of them shows which are the peer's. So a few that differ are kept for each place in the flight. Pure.
 */
import type { HandshakeMessage } from "./DtlsMessage.ts"

/** Beyond that the oldest one is dropped; its sender repeats it. */
const maxCandidates = 4

export interface Candidates {
  /** Keeps the message. False if the same message is kept already. */
  readonly add: (message: HandshakeMessage) => boolean
  /** With this `message_seq`, newest first. */
  readonly at: (sequence: number) => ReadonlyArray<HandshakeMessage>
  readonly all: () => ReadonlyArray<HandshakeMessage>
}

export const make = (): Candidates => {
  let kept: ReadonlyArray<HandshakeMessage> = []
  return {
    add: (message) => {
      const isKept = kept.some(({ body, sequence }) => sequence === message.sequence && body.equals(message.body))
      if (!isKept) kept = [message, ...kept].slice(0, maxCandidates)
      return !isKept
    },
    at: (sequence) => kept.filter((message) => message.sequence === sequence),
    all: () => kept
  }
}
