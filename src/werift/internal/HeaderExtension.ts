/**
 * The texts in the header extensions of RTP packets (RFC 8285): mid, rid and repaired rid. Pure.
 */
export interface Extension {
  readonly id: number
  readonly payload: Uint8Array
}

const decoder = new TextDecoder()

/** Mids and rids are of ASCII, for which a decoder costs six times as much. */
const decode = (bytes: Uint8Array): string => {
  let text = ""
  for (const byte of bytes) {
    if (byte > 0x7f) return decoder.decode(bytes)
    text += String.fromCharCode(byte)
  }
  return text
}

/** The text of the first extension with one of these ids. `undefined` if there is none, or if it is empty. */
export const textOf = (
  extensions: ReadonlyArray<Extension>,
  ids: ReadonlySet<number | undefined>
): string | undefined => {
  const extension = extensions.find(({ id }) => ids.has(id))
  return extension === undefined ? undefined : decode(extension.payload) || undefined
}
