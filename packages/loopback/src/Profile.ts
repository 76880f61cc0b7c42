/**
 * What a user's application says about the user, as the coordinator knows it.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type { ParticipantProfile } from "effect-track-resolver"
import type { stream } from "effect-track-resolver/stream-sfu/protocol"

type WireParticipant = stream.video.sfu.models.Participant.$Properties

type Custom = NonNullable<ParticipantProfile["custom"]>

type Struct = NonNullable<WireParticipant["custom"]>

type Value = NonNullable<Struct["fields"]>[string]

const isArray = (json: Custom[string]): json is ReadonlyArray<Custom[string]> => Array.isArray(json)

const valueOf = (json: Custom[string]): Value => {
  if (json === null) return { nullValue: 0 }
  switch (typeof json) {
    case "string":
      return { stringValue: json }
    case "number":
      return { numberValue: json }
    case "boolean":
      return { boolValue: json }
    default:
      return isArray(json) ? { listValue: { values: json.map(valueOf) } } : { structValue: structOf(json) }
  }
}

/** JSON as a `google.protobuf.Struct`. */
const structOf = (custom: Custom): Struct => ({
  fields: Object.fromEntries(Object.entries(custom).map(([name, json]) => [name, valueOf(json)]))
})

/** The name is the user id, if the profile has none. */
export const describe = (userId: string, { custom, image, name, roles }: ParticipantProfile): WireParticipant => ({
  name: name ?? userId,
  ...(image !== undefined && { image }),
  ...(roles !== undefined && { roles: [...roles] }),
  ...(custom !== undefined && { custom: structOf(custom) })
})
