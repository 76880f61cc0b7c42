/**
 * Reads and writes protobuf's wire format without a schema (protobuf.dev, "Encoding"). The tests use it to check what the
 * generated codec writes and reads.
 */
export interface Field {
  readonly number: number
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wireType: number
  readonly bytes: Uint8Array
}

const varint = (bytes: Uint8Array, from: number): readonly [value: bigint, end: number] => {
  let value = BigInt(0)
  for (let index = from, shift = 0;; index++, shift += 7) {
    if (index >= bytes.length || shift > 63) throw new Error(`no varint at ${from}`)
    value |= BigInt(bytes[index]! & 0x7f) << BigInt(shift)
    if (bytes[index]! < 0x80) return [value, index + 1]
  }
}

/** The number that a varint field contains. */
export const numberIn = (bytes: Uint8Array): bigint => {
  const [value, end] = varint(bytes, 0)
  if (end !== bytes.length) throw new Error(`${bytes.length - end} bytes too many`)
  return value
}

/** The fields of a message, in the order of the bytes. */
export const read = (bytes: Uint8Array): ReadonlyArray<Field> => {
  const fields: Array<Field> = []
  let offset = 0
  while (offset < bytes.length) {
    const [tag, start] = varint(bytes, offset)
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
    } else throw new Error(`wire type ${wireType} at ${offset}`)
    if (end > bytes.length) throw new Error(`truncated at ${offset}`)
    fields.push({ number: Number(tag >> BigInt(3)), wireType, bytes: Uint8Array.from(bytes.subarray(begin, end)) })
    offset = end
  }
  return fields
}

/** Writes a varint. A negative number has ten bytes. */
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
