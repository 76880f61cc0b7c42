/**
 * The texts of header extensions.
 */
import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as HeaderExtension from "../../src/werift/internal/HeaderExtension.ts"
import { runs } from "../support/runs.ts"

it("a text is decoded as UTF-8, whatever its bytes", () => {
  const some = fc.oneof(fc.uint8Array({ maxLength: 16 }), fc.string().map((text) => new TextEncoder().encode(text)))
  fc.assert(
    fc.property(some, (payload) => {
      const expected = new TextDecoder().decode(payload)
      const text = HeaderExtension.textOf([{ id: 1, payload }], new Set([1]))
      assert.strictEqual(text, expected === "" ? undefined : expected)
    }),
    runs(1_000)
  )
})
