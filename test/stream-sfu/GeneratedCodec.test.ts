/**
 * The generated code, field by field, against the protocol document's tables, with a wire format read and written by
 * hand: a number that is wrong in our schema would be wrong in both directions, and no round trip would show it.
 */
import { describe, expect, test } from "vitest"
import { google, stream } from "../../src/stream-sfu/generated/sfu.js"
import * as wire from "./ProtobufWire.ts"
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

/** Of the tables; a type without a prefix is of the message's own package. */
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

/** A value that tells its type from the others': what is written for it, and as which wire type. */
const scalars: Readonly<Record<string, readonly [value: unknown, wireType: number, bytes: Uint8Array]>> = {
  string: ["é", 2, text.encode("é")],
  bool: [true, 0, wire.number(1)],
  // Ten bytes, where a uint32 has at most five.
  int32: [-2, 0, wire.number(-2)],
  int64: [2 ** 40, 0, wire.number(2 ** 40)],
  uint32: [2 ** 32 - 1, 0, wire.number(2 ** 32 - 1)],
  // 1.5 in IEEE 754.
  float: [1.5, 5, Uint8Array.of(0, 0, 0xc0, 0x3f)]
}

const numbersOf = (enumeration: string): ReadonlyArray<readonly [name: string, number: number]> =>
  enums[enumeration]!.split("; ").map((row) => row.split("=") as [string, string]).map(([name, n]) => [name, Number(n)])

/** One value of a type, written by hand. A message is told from another by its first field, as deep as it goes. */
const sample = (type: string, depth = 0): readonly [value: unknown, wireType: number, bytes: Uint8Array] => {
  if (type in scalars) return scalars[type]!
  if (type in enums) {
    const [, last] = numbersOf(type).at(-1)!
    return [last, 0, wire.number(last)]
  }
  if (type === "gp.Struct") {
    // map<string, Value>: an entry is a message of key 1 and value 2; a Value's bool is 4.
    const value = wire.write([{ number: 4, wireType: 0, bytes: wire.number(1) }])
    const entry = wire.write([{ number: 1, wireType: 2, bytes: text.encode("k") }, {
      number: 2,
      wireType: 2,
      bytes: value
    }])
    return [{ fields: { k: { boolValue: true } } }, 2, wire.write([{ number: 1, wireType: 2, bytes: entry }])]
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

/** A message with nothing but this field. */
const only = (field: Field, depth = 0): Only => {
  const [value, wireType, bytes] = sample(field.type, depth)
  // proto3 packs repeated numbers.
  const written = { number: field.number, wireType: field.repeated ? 2 : wireType, bytes }
  return { value: { [field.name]: field.repeated ? [value] : value }, bytes: wire.write([written]) }
}

/** An int64 is read into two halves where there is a `Long` for them. */
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
      expect(wire.read(type.encode(value).finish())).toEqual(wire.read(bytes))
      // Repeated fields that are not on the wire are there all the same, and empty.
      expect(plain(type.decode(bytes))).toMatchObject(value)
    })
  }
})

test.each(Object.keys(enums))("%s has these values and no others", (name) => {
  const values = generated(name) as Record<string, unknown>
  const forward = Object.entries(values).filter(([key]) => Number.isNaN(Number(key)))
  expect(Object.fromEntries(forward)).toEqual(Object.fromEntries(numbersOf(name)))
})

test("there are no other messages and enums", () => {
  const named = [...Object.keys(messages), ...Object.keys(enums), "signal.SignalServer"]
  const all = ["event", "models", "signal"].flatMap((space) =>
    Object.keys(packages[space]!).map((name) => `${space}.${name}`)
  )
  expect(all.toSorted()).toEqual(named.filter((name) => !name.startsWith("gp.")).toSorted())
})

test.each(Object.entries(calls))("%s takes and returns what the document says", (method, types) => {
  const [takes, returns] = types.map((type) => only(fieldsOf(type)[0]!)) as [Only, Only]
  const requests: Array<Uint8Array> = []
  const answers: Array<unknown> = []
  const service = new signal.SignalServer((_procedure, request, callback) => {
    requests.push(request)
    callback(null, returns.bytes)
  })
  const procedure: (request: object, callback: (error: unknown, answer: object) => void) => void = Reflect.get(
    service,
    `${method[0]!.toLowerCase()}${method.slice(1)}`
  )
  procedure.call(service, takes.value, (_error, answer) => answers.push(plain(answer)))
  expect(Reflect.get(procedure, "path")).toBe(`/stream.video.sfu.signal.SignalServer/${method}`)
  expect(requests.map(wire.read)).toEqual([wire.read(takes.bytes)])
  expect(answers).toMatchObject([returns.value])
})
