/**
 * What a participant says about itself is bounded: the roster keeps it as long as the participant is in the call.
 */
import { describe, expect, test } from "vitest"
import * as Profile from "../../src/stream-sfu/wire/Profile.ts"

type Participant = Parameters<typeof Profile.profile>[0]
type Custom = NonNullable<Participant["custom"]>
type Value = NonNullable<Custom["fields"]>[string]

const custom = (value: Value): Participant => ({ custom: { fields: { key: value } } })

const nested = (depth: number): Value =>
  depth === 0 ? { boolValue: true } : { structValue: { fields: { a: nested(depth - 1) } } }

const nestedList = (depth: number): Value =>
  depth === 0 ? { boolValue: true } : { listValue: { values: [nestedList(depth - 1)] } }

describe("A profile", () => {
  test("without any field is empty", () => {
    expect(Profile.profile({})).toEqual({})
    expect(Profile.profile({ name: "", image: "", roles: [""], custom: null })).toEqual({})
  })

  test("has a name of at most 256 characters, cut", () => {
    expect(Profile.profile({ name: "n".repeat(300) })).toEqual({ name: "n".repeat(256) })
  })

  test("has no image address of more than 2,048 characters", () => {
    const image = "i".repeat(2_048)
    expect(Profile.profile({ image })).toEqual({ image })
    expect(Profile.profile({ image: `${image}i` })).toEqual({})
  })

  test("has at most 32 roles of at most 128 characters", () => {
    const role = "r".repeat(128)
    expect(Profile.profile({ roles: [`${role}r`, role] })).toEqual({ roles: [role] })
    expect(Profile.profile({ roles: Array.from({ length: 33 }, (_, n) => `role ${n}`) }).roles).toHaveLength(32)
  })
})

describe("Custom data", () => {
  test("of 16,384 characters is kept, and larger data is dropped as a whole", () => {
    // The key has three characters, and each value counts one.
    const text = "x".repeat(16_384 - 3 - 1)
    expect(Profile.profile(custom({ stringValue: text }))).toEqual({ custom: { key: text } })
    expect(Profile.profile(custom({ stringValue: `${text}x` }))).toEqual({})
    const values = Array.from({ length: 20_000 }, () => ({ boolValue: true }))
    expect(Profile.profile(custom({ listValue: { values } }))).toEqual({})
    expect(Profile.profile({ custom: { fields: { ["k".repeat(16_384)]: { boolValue: true } } } })).toEqual({})
  })

  test("of more than 16 levels is dropped", () => {
    expect(Profile.profile(custom(nested(15))).custom).toBeDefined()
    expect(Profile.profile(custom(nested(16)))).toEqual({})
    expect(Profile.profile(custom(nestedList(15))).custom).toBeDefined()
    expect(Profile.profile(custom(nestedList(16)))).toEqual({})
  })

  test("with a key __proto__ changes no prototype", () => {
    const fields = JSON.parse(
      "{\"__proto__\":{\"structValue\":{\"fields\":{\"polluted\":{\"boolValue\":true}}}}}"
    ) as Custom["fields"]
    const profile = Profile.profile({ custom: { fields: fields! } })
    expect(Object.keys(profile.custom!)).toEqual(["__proto__"])
    expect(Object.getPrototypeOf(profile.custom)).toBe(Object.prototype)
  })
})
