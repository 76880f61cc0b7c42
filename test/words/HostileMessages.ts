/**
 * Messages of an SFU whose every text is hostile, made from the descriptors of the schema: a field that the schema gets later
 * is in them by itself.
 */
import { join } from "node:path"
import protobuf from "protobufjs"

const folder = "src/stream-sfu/schema"

const root = new protobuf.Root()
// `google/protobuf/*` is part of protobufjs.
root.resolvePath = (_, file) => file.startsWith("google/") ? file : join(folder, file.replace(`${folder}/`, ""))
root.loadSync(["event.proto", "models.proto", "signal.proto"])
root.resolveAll()

/** The text for a field. Some fields have a syntax of their own, behind which the text is decoded further. */
export type TextOf = (field: string) => string

const deepest = 6

/** For each enum, the value that leads furthest: a known type of track, and the subscriber. */
const numberOf = ({ name, values }: protobuf.Enum): number =>
  name === "TrackType" ? 1 : name === "ErrorCode" ? 500 : Math.max(...Object.values(values))

const valueOf = (field: protobuf.Field, textOf: TextOf, depth: number): unknown => {
  const { resolvedType, type } = field
  if (resolvedType instanceof protobuf.Enum) return numberOf(resolvedType)
  if (resolvedType instanceof protobuf.Type) return messageOf(resolvedType, textOf, depth + 1)
  if (type === "string") return textOf(field.name)
  return type === "bool" ? true : 1
}

const messageOf = (type: protobuf.Type, textOf: TextOf, depth = 0): object | undefined => {
  if (depth > deepest) return undefined
  // Of a oneof the last text, or else the last field: an earlier one would be overwritten.
  const chosen = new Map(
    type.oneofsArray.map((
      oneof
    ) => [oneof, oneof.fieldsArray.findLast((field) => field.type === "string") ?? oneof.fieldsArray.at(-1)])
  )
  const fields = type.fieldsArray.filter((field) => field.partOf === null || chosen.get(field.partOf) === field)
  return Object.fromEntries(fields.flatMap((field) => {
    field.resolve()
    const value = valueOf(field, textOf, depth)
    if (value === undefined) return []
    if (field instanceof protobuf.MapField) return [[field.name, { [textOf(field.name)]: value }]]
    return [[field.name, field.repeated ? [value] : value]]
  }))
}

const encode = (type: protobuf.Type, message: object): Uint8Array => type.encode(type.fromObject(message)).finish()

const SfuEvent = root.lookupType("stream.video.sfu.event.SfuEvent")

/** The names of the payloads of an event. */
export const payloads: ReadonlyArray<string> = SfuEvent.oneofs["eventPayload"]!.fieldsArray.map(({ name }) => name)

/** The frame with this payload. `more` replaces fields. */
export const frameOf = (payload: string, textOf: TextOf, more: object = {}): Uint8Array => {
  const field = SfuEvent.fields[payload]!.resolve()
  return encode(SfuEvent, { [payload]: { ...messageOf(field.resolvedType as protobuf.Type, textOf), ...more } })
}

const service = root.lookupService("stream.video.sfu.signal.SignalServer")

/** The names of the methods. */
export const methods: ReadonlyArray<string> = service.methodsArray.map(({ name }) => name)

/** The response of a method. With an error, or with its other fields only. */
export const responseOf = (method: string, textOf: TextOf, hasError: boolean): Uint8Array => {
  const descriptor = service.methods[method]!
  descriptor.resolve()
  const type = descriptor.resolvedResponseType!
  const { error, ...others } = messageOf(type, textOf) as { readonly error?: object }
  return encode(type, hasError ? { error } : others)
}
