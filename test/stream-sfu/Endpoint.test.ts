/**
 * What we connect to, in words that are safe to log.
 */
import { expect, test } from "vitest"
import * as Endpoint from "../../src/stream-sfu/internal/Endpoint.ts"

test("of a host, which a coordinator chooses, a sentence has the first 100 characters", () => {
  const sentence = Endpoint.invalid(Endpoint.webSocket(`http://${"a".repeat(200)}:81/`))
  expect(sentence).toContain(` at ${"a".repeat(100)}...:81 `)
})
