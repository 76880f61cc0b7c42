/**
 * Puts the fragments of DTLS handshake messages together (RFC 6347, section 4.2.3). Pure.
 *
 * Whoever knows the port can send a fragment, so what is kept is bounded: `maxMessages` unfinished messages of `maxLength`
 * bytes. Beyond that the oldest one is dropped; its sender repeats it.
 */
import type { Fragment, HandshakeMessage } from "./DtlsMessage.ts"

/** Messages that are not whole. The longest flight has five messages. */
export const maxMessages = 8

/** In bytes. A certificate of a WebRTC stack has 300 to 1,500. */
export const maxLength = 0x4000

/** `message_seq`: neither side sends more than eight messages in a handshake. */
export const maxSequence = 15

export interface HandshakeFragments {
  /** Returns the message that the fragment completes. */
  readonly add: (fragment: Fragment) => HandshakeMessage | undefined
  /** The memory of the unfinished messages, in bytes. */
  readonly size: () => number
}

interface Unfinished {
  readonly body: Buffer
  /** 1 for each byte that has arrived. */
  readonly arrived: Uint8Array
  missing: number
}

export const make = (): HandshakeFragments => {
  const unfinished = new Map<string, Unfinished>()

  const messageOf = (key: string, length: number): Unfinished => {
    const known = unfinished.get(key)
    if (known !== undefined) return known
    const added = { body: Buffer.alloc(length), arrived: new Uint8Array(length), missing: length }
    unfinished.set(key, added)
    for (const oldest of unfinished.keys()) {
      if (unfinished.size <= maxMessages) break
      unfinished.delete(oldest)
    }
    return added
  }

  return {
    add: ({ body, length, offset, sequence, type }) => {
      if (length > maxLength || sequence > maxSequence) return undefined
      if (body.length === length) return { type, sequence, body }
      if (body.length === 0) return undefined
      const key = `${sequence} ${type} ${length}`
      const message = messageOf(key, length)
      body.copy(message.body, offset)
      for (let n = offset; n < offset + body.length; n++) {
        message.missing -= 1 - message.arrived[n]!
        message.arrived[n] = 1
      }
      if (message.missing > 0) return undefined
      unfinished.delete(key)
      return { type, sequence, body: message.body }
    },
    size: () => Array.from(unfinished.values()).reduce((sum, { body }) => sum + 2 * body.length, 0)
  }
}
