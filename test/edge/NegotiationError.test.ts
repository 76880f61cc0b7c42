/**
 * The message of an error whose detail may quote an SDP.
 */
import { NegotiationError } from "effect-track-resolver"
import { expect, test } from "vitest"

test("the message of a NegotiationError is escaped and cut", () => {
  const { message } = new NegotiationError({ step: "SetRemoteDescription", detail: `\u001b[2J${"x".repeat(2_000)}` })
  expect(message).toMatch(/^SetRemoteDescription: /)
  expect(message).not.toContain("\u001b")
  expect(message.length).toBeLessThan(1_050)
})
