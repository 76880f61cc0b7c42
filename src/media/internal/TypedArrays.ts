/**
 * Samples and bytes in one array. Pure.
 */

/** Of `type`, in their order. The parts are copied. */
export const concat = <A extends Int16Array | Uint8Array>(
  type: new(length: number) => A,
  parts: ReadonlyArray<A>
): A => {
  const all = new type(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
