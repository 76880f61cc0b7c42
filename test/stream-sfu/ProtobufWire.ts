/**
 * Reads and writes protobuf's wire format by hand (protobuf.dev, "Encoding"), and knows no message: what is asked of the
 * generated code is looked at with this.
 */
export interface Field {
  readonly number: number
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wireType: number
  readonly bytes: Uint8Array
}

const varint = (bytes: Uint8Array, from: number): readonly [value: bigint, end: number] => {
  let value = BigInt(0)
  for (let at = from, shift = 0;; at++, shift += 7) {
    if (at >= bytes.length || shift > 63) throw new Error(`no varint at ${from}`)
    value |= BigInt(bytes[at]! & 0x7f) << BigInt(shift)
    if (bytes[at]! < 0x80) return [value, at + 1]
  }
}

export const numberIn = (bytes: Uint8Array): bigint => {
  const [value, end] = varint(bytes, 0)
  if (end !== bytes.length) throw new Error(`${bytes.length - end} bytes too many`)
  return value
}

export const read = (bytes: Uint8Array): ReadonlyArray<Field> => {
  const fields: Array<Field> = []
  let at = 0
  while (at < bytes.length) {
    const [tag, start] = varint(bytes, at)
    const wireType = Number(tag & BigInt(7))
    let begin = start
    let end: number
    if (wireType === 0) end = varint(bytes, start)[1]
    else if (wireType === 1) end = start + 8
    else if (wireType === 5) end = start + 4
    else if (wireType === 2) {
      const [length, after] = varint(bytes, start)
      begin = after
      end = after + Number(length)
    } else throw new Error(`wire type ${wireType} at ${at}`)
    if (end > bytes.length) throw new Error(`cut short at ${at}`)
    fields.push({ number: Number(tag >> BigInt(3)), wireType, bytes: Uint8Array.from(bytes.subarray(begin, end)) })
    at = end
  }
  return fields
}

export const number = (value: bigint | number): Uint8Array => {
  const out: Array<number> = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > BigInt(127)) {
    out.push(Number(rest & BigInt(127)) | 0x80)
    rest >>= BigInt(7)
  }
  return Uint8Array.of(...out, Number(rest))
}

export const write = (fields: ReadonlyArray<Field>): Uint8Array =>
  Uint8Array.from(fields.flatMap(({ bytes, number: n, wireType }) => [
    ...number(n * 8 + wireType),
    ...(wireType === 2 ? number(bytes.length) : []),
    ...bytes
  ]))
