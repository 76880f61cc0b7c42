/**
 * The name of a call, which is also the id of its entity.
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * A call of an SFU. Not empty, at most 255 characters each; the type has no colon.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export const CallName = Schema.Struct({
  type: Schema.String.check(Schema.isPattern(/^[^:]{1,255}$/)),
  id: Schema.NonEmptyString.check(Schema.isMaxLength(255))
})

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CallName = typeof CallName.Type

/**
 * The id of the entity: `type:id`.
 *
 * @stability unstable
 * @category conversions
 * @since 0.1.0
 */
export const entityId = ({ id, type }: CallName): string => `${type}:${id}`

const decode = Schema.decodeUnknownOption(CallName)

/**
 * The call of an entity; none if the id is not one of `entityId`.
 *
 * @stability unstable
 * @category conversions
 * @since 0.1.0
 */
export const fromEntityId = (entityId: string): Option.Option<CallName> => {
  const colon = entityId.indexOf(":")
  return decode({ type: entityId.slice(0, Math.max(0, colon)), id: entityId.slice(colon + 1) })
}
