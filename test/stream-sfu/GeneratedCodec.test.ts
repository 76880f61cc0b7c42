/**
 * The generated codec, field by field, against the tables of the protocol document. The bytes are read and written without
 * our schema: a wrong field number in it is wrong in both directions, and a round trip does not find it.
 */
import { describe, expect, test } from "vitest"
import { google, stream } from "../../src/stream-sfu/generated/sfu.js"
import * as ProtobufWire from "./ProtobufWire.ts"
import { calls, enums, messages } from "./ProtocolTables.ts"

interface Generated {
  readonly encode: (message: object) => { readonly finish: () => Uint8Array }
  readonly decode: (bytes: Uint8Array) => object
  readonly prototype: object
}

const { event, models, signal } = stream.video.sfu
const packages: Readonly<Record<string, object>> = { event, models, signal, gp: google.protobuf }

const generated = (name: string): unknown => {
  const [space, type] = name.split(".") as [string, string]
  return Reflect.get(packages[space]!, type)
}

interface Field {
  readonly name: string
  readonly number: number
  readonly type: string
  readonly repeated: boolean
}

const lowerCamel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** The rows of a table. A type without a prefix is of the message's package. */
const fieldsOf = (message: string): ReadonlyArray<Field> =>
  messages[message]!.split("; ").filter((row) => row !== "").map((row) => {
    const [, name, number, repeated, type] = /^(\w+)=(\d+) (repeated )?([\w.]+)$/.exec(row) as unknown as [
      string,
      string,
      string,
      string | undefined,
      string
    ]
    const full = type in scalars || type.includes(".") ? type : `${message.split(".")[0]}.${type}`
    return { name: lowerCamel(name), number: Number(number), type: full, repeated: repeated !== undefined }
  })

const text = new TextEncoder()

/** For each scalar type a value that other types encode differently, its wire type and its bytes. */
const scalars: Readonly<Record<string, readonly [value: unknown, wireType: number, bytes: Uint8Array]>> = {
  string: ["é", 2, text.encode("é")],
  bool: [true, 0, ProtobufWire.number(1)],
  // Ten bytes: a uint32 has at most five.
  int32: [-2, 0, ProtobufWire.number(-2)],
  int64: [2 ** 40, 0, ProtobufWire.number(2 ** 40)],
  uint32: [2 ** 32 - 1, 0, ProtobufWire.number(2 ** 32 - 1)],
  // 1.5 in IEEE 754.
  float: [1.5, 5, Uint8Array.of(0, 0, 0xc0, 0x3f)]
}

const numbersOf = (enumeration: string): ReadonlyArray<readonly [name: string, number: number]> =>
  enums[enumeration]!.split("; ").map((row) => row.split("=") as [string, string]).map(([name, n]) => [name, Number(n)])

/** A value of a type with its bytes. A message has its first field, nested up to three levels. */
const sample = (type: string, depth = 0): readonly [value: unknown, wireType: number, bytes: Uint8Array] => {
  if (type in scalars) return scalars[type]!
  if (type in enums) {
    const [, last] = numbersOf(type).at(-1)!
    return [last, 0, ProtobufWire.number(last)]
  }
  if (type === "gp.Struct") {
    // map<string, Value>: an entry is a message of key 1 and value 2; a Value's bool is 4.
    const value = ProtobufWire.write([{ number: 4, wireType: 0, bytes: ProtobufWire.number(1) }])
    const entry = ProtobufWire.write([{ number: 1, wireType: 2, bytes: text.encode("k") }, {
      number: 2,
      wireType: 2,
      bytes: value
    }])
    return [{ fields: { k: { boolValue: true } } }, 2, ProtobufWire.write([{ number: 1, wireType: 2, bytes: entry }])]
  }
  const first = fieldsOf(type)[0]
  if (first === undefined || depth > 3) return [{}, 2, new Uint8Array()]
  const { bytes, value } = only(first, depth + 1)
  return [value, 2, bytes]
}

interface Only {
  readonly value: Record<string, unknown>
  readonly bytes: Uint8Array
}

/** A message with this field only. */
const only = (field: Field, depth = 0): Only => {
  const [value, wireType, bytes] = sample(field.type, depth)
  // proto3 packs repeated numbers.
  const written = { number: field.number, wireType: field.repeated ? 2 : wireType, bytes }
  return { value: { [field.name]: field.repeated ? [value] : value }, bytes: ProtobufWire.write([written]) }
}

/** JSON of a message. Where `Long` is installed, an int64 is decoded into two halves, which this joins. */
const plain = (message: object): unknown =>
  JSON.parse(
    JSON.stringify(message),
    (_, value: unknown) =>
      typeof value === "object" && value !== null && "high" in value && "low" in value
        ? Number(value.high) * 2 ** 32 + Number(value.low)
        : value
  )

describe.each(Object.keys(messages))("%s", (name) => {
  const type = generated(name) as Generated

  test("has these fields and no others", () => {
    const own = Object.keys(type.prototype).filter((key) => !["eventPayload", "requestPayload"].includes(key))
    expect(own.filter((key) => !key.startsWith("$") && key !== "toJSON").toSorted())
      .toEqual(fieldsOf(name).map((field) => field.name).toSorted())
  })

  for (const field of fieldsOf(name)) {
    test(`${field.name} is number ${field.number}, ${field.repeated ? "repeated " : ""}${field.type}`, () => {
      const { bytes, value } = only(field)
      expect(ProtobufWire.read(type.encode(value).finish())).toEqual(ProtobufWire.read(bytes))
      // Not `toEqual`: the decoded message also has empty arrays for absent repeated fields.
      expect(plain(type.decode(bytes))).toMatchObject(value)
    })
  }
})

test.each(Object.keys(enums))("%s has these values and no others", (name) => {
  const values = generated(name) as Record<string, unknown>
  const forward = Object.entries(values).filter(([key]) => Number.isNaN(Number(key)))
  expect(Object.fromEntries(forward)).toEqual(Object.fromEntries(numbersOf(name)))
})

test("the schema has no other messages and enums", () => {
  const named = [...Object.keys(messages), ...Object.keys(enums), "signal.SignalServer"]
  const all = ["event", "models", "signal"].flatMap((space) =>
    Object.keys(packages[space]!).map((name) => `${space}.${name}`)
  )
  expect(all.toSorted()).toEqual(named.filter((name) => !name.startsWith("gp.")).toSorted())
})

test.each(Object.entries(calls))("%s has the request and response types of the document", (method, types) => {
  const [request, response] = types.map((type) => only(fieldsOf(type)[0]!)) as [Only, Only]
  const requests: Array<Uint8Array> = []
  const responses: Array<unknown> = []
  const service = new signal.SignalServer((_procedure, bytes, callback) => {
    requests.push(bytes)
    callback(null, response.bytes)
  })
  const procedure: (request: object, callback: (error: unknown, response: object) => void) => void = Reflect.get(
    service,
    `${method[0]!.toLowerCase()}${method.slice(1)}`
  )
  procedure.call(service, request.value, (_error, decoded) => responses.push(plain(decoded)))
  expect(Reflect.get(procedure, "path")).toBe(`/stream.video.sfu.signal.SignalServer/${method}`)
  expect(requests.map(ProtobufWire.read)).toEqual([ProtobufWire.read(request.bytes)])
  expect(responses).toMatchObject([response.value])
})
