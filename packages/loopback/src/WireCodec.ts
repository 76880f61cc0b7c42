/**
 * Encodes and decodes the protocol's messages, in protobuf and in proto3 JSON.
 *
 * @stability experimental
 * @since 0.1.0
 */
import * as WireTypes from "./WireTypes.ts"
import type { SfuEvent, SfuRequest, WireError } from "./WireTypes.ts"

const { event, models } = WireTypes.Messages

/**
 * A protobuf message type.
 *
 * @stability experimental
 * @since 0.1.0
 */
export interface Codec<A> {
  readonly encode: (message: A) => { readonly finish: () => Uint8Array }
  readonly decode: (bytes: Uint8Array) => A
}

/**
 * Undefined, if the frame does not decode.
 *
 * @stability experimental
 * @since 0.1.0
 */
export const decodeRequest = (frame: Uint8Array): SfuRequest | undefined => {
  try {
    return event.SfuRequest.decode(frame)
  } catch {
    return undefined
  }
}

/**
 * @stability experimental
 * @category encoding
 * @since 0.1.0
 */
export const encodeEvent = (sfuEvent: SfuEvent): Uint8Array => event.SfuEvent.encode(sfuEvent).finish()

/**
 * Undefined, if the frame does not decode.
 *
 * @stability experimental
 * @category decoding
 * @since 0.1.0
 */
export const decodeEvent = (frame: Uint8Array): SfuEvent | undefined => {
  try {
    return event.SfuEvent.decode(frame)
  } catch {
    return undefined
  }
}

/** The enumeration of each field that has one. */
const enumerations: { readonly [field in string]?: Readonly<Record<string, unknown>> } = {
  trackType: models.TrackType,
  peerType: models.PeerType,
  code: models.ErrorCode
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** In the shape of protobuf.js: lowerCamel names, enumerations as numbers, no null. */
const toMessage = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(toMessage)
  if (typeof json !== "object" || json === null) return json
  return Object.fromEntries(
    Object.entries(json).filter(([, value]) => value !== null).map(([name, value]) => {
      const field = camelCase(name)
      return [field, typeof value === "string" ? enumerations[field]?.[value] ?? value : toMessage(value)]
    })
  )
}

/**
 * Transcodes a message from proto3 JSON to protobuf. Throws, if the text is not a message.
 *
 * @stability experimental
 * @since 0.1.0
 */
export const bytesOfJson = <A>(message: Codec<A>, text: string): Uint8Array => {
  const json: unknown = JSON.parse(text)
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error("not a JSON object")
  return message.encode(toMessage(json) as A).finish()
}

/**
 * A response in proto3 JSON. Its only enumeration is the code of an error.
 *
 * @stability experimental
 * @since 0.1.0
 */
export const jsonOf = (message: { readonly error?: WireError | null }): unknown => {
  const { error } = message
  if (!error) return { ...message }
  const code = models.ErrorCode[error.code ?? 0] ?? error.code
  return { ...message, error: { ...error, code } }
}
