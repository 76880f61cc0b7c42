/**
 * What a participant's application says about it: name, picture, roles and custom data, within limits. All of it comes from
 * a peer, and the roster keeps it as long as the participant is in the call.
 */
import type * as Schema from "effect/Schema"
import type { ParticipantProfile } from "../../edge/SfuClient.ts"
import type { google, stream } from "../generated/sfu.js"

/** In characters. A longer name is cut. */
const longestName = 256

/** In characters. A longer address is dropped: a part of it leads elsewhere. */
const longestImage = 2_048

const mostRoles = 32

/** In characters. A longer role is dropped: a part of it is another role. */
const longestRole = 128

/** Of custom data, in characters of keys and texts, and one for each value. Larger data is dropped: a part of it misleads. */
const largestCustom = 16_384

/** Objects and arrays within each other. */
const deepestCustom = 16

class TooLarge extends Error {}

interface Budget {
  left: number
}

const spend = (budget: Budget, size: number): void => {
  budget.left -= size
  if (budget.left < 0) throw new TooLarge()
}

/** Throws `TooLarge`. */
const objectOf = (
  struct: google.protobuf.Struct.$Properties,
  budget: Budget,
  depth: number
): { readonly [name: string]: Schema.Json } =>
  // `fromEntries` defines a key `__proto__` as any other.
  Object.fromEntries(
    Object.entries(struct.fields ?? {}).map(([name, value]) => {
      spend(budget, name.length)
      return [name, valueOf(value, budget, depth)]
    })
  )

/** JSON has no infinity and no NaN, which `google.protobuf.Value` can contain: they become `null`, as in `JSON.stringify`. */
const valueOf = (value: google.protobuf.Value.$Properties, budget: Budget, depth: number): Schema.Json => {
  const { boolValue, listValue, numberValue, stringValue, structValue } = value
  spend(budget, 1 + (stringValue?.length ?? 0))
  if (depth >= deepestCustom) throw new TooLarge()
  if (structValue) return objectOf(structValue, budget, depth + 1)
  if (listValue) return (listValue.values ?? []).map((element) => valueOf(element, budget, depth + 1))
  if (typeof numberValue === "number") return Number.isFinite(numberValue) ? numberValue : null
  return stringValue ?? boolValue ?? null
}

const customOf = (struct: google.protobuf.Struct.$Properties): ParticipantProfile["custom"] => {
  try {
    return objectOf(struct, { left: largestCustom }, 0)
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
}

/** Proto3 does not distinguish an empty field from an absent one: both are absent here. */
export const profile = (
  { custom, image, name, roles }: stream.video.sfu.models.Participant.$Properties
): ParticipantProfile => {
  const fitting = (roles ?? []).filter((role) => role !== "" && role.length <= longestRole).slice(0, mostRoles)
  const data = custom ? customOf(custom) : undefined
  return {
    ...(name ? { name: name.slice(0, longestName) } : {}),
    ...(image && image.length <= longestImage ? { image } : {}),
    ...(fitting.length === 0 ? {} : { roles: fitting }),
    ...(data === undefined ? {} : { custom: data })
  }
}
