/**
 * Which reason of the port each error code of the SFU gives.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { stream } from "../../src/stream-sfu/generated/sfu.js"
import * as ErrorCode from "../../src/stream-sfu/wire/ErrorCode.ts"
import * as FakeSfu from "./FakeSfu.ts"
import { join, withSfu } from "./Harness.ts"

const allCodes = Object.values(stream.video.sfu.models.ErrorCode).filter((code) => typeof code === "number")

const allCodesExcept = (...codes: ReadonlyArray<number>) => allCodes.filter((code) => !codes.includes(code))

it("the protocol has 22 error codes", () => {
  assert.strictEqual(allCodes.length, 22)
})

describe("Reason of the event Failed", () => {
  it("206 is SignalLost", () => {
    assert.strictEqual(ErrorCode.failureReason(206), "SignalLost")
  })

  it("104 is LiveEnded", () => {
    assert.strictEqual(ErrorCode.failureReason(104), "LiveEnded")
  })

  it("every other code of the protocol is Other", () => {
    for (const code of allCodesExcept(104, 206)) assert.strictEqual(ErrorCode.failureReason(code), "Other", `${code}`)
  })

  it("an unknown code is Other", () => {
    for (const code of [-1, 1, 105, 207, 999]) assert.strictEqual(ErrorCode.failureReason(code), "Other", `${code}`)
  })

  withSfu("the event of a session has the reason and the code", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      for (const code of [206, 104, 500]) sfu.sockets[0]!.sendEvents({ error: { error: { code } } })
      const events = yield* session.events.pipe(Stream.take(3), Stream.runCollect)
      assert.deepStrictEqual(
        events.map((event) => event._tag === "Failed" && [event.reason, event.code]),
        [["SignalLost", 206], ["LiveEnded", 104], ["Other", 500]]
      )
    }))
})

describe("Reason of SfuRequestError", () => {
  const reasonOf = ErrorCode.requestFailureReason

  it("206 is SignalLost", () => {
    assert.strictEqual(reasonOf(206, false), "SignalLost")
  })

  it("200 and 300 are SessionNotFound", () => {
    assert.deepStrictEqual([reasonOf(200, false), reasonOf(300, true)], ["SessionNotFound", "SessionNotFound"])
  })

  it("401, and what Twirp answers to a token, are Unauthenticated", () => {
    for (const code of [401, "unauthenticated", "permission_denied"]) {
      assert.strictEqual(reasonOf(code, false), "Unauthenticated", `${code}`)
    }
  })

  it("every other code of the SFU is Refused", () => {
    for (const code of allCodesExcept(200, 206, 300, 401)) {
      assert.deepStrictEqual([reasonOf(code, false), reasonOf(code, true)], ["Refused", "Refused"], `${code}`)
    }
  })

  it("another code of Twirp or of the transport is Unreachable if a retry can change it, else Failed", () => {
    for (const code of ["unavailable", "not_found", "internal", "206"]) {
      assert.deepStrictEqual([reasonOf(code, true), reasonOf(code, false)], ["Unreachable", "Failed"], code)
    }
  })

  withSfu("a request fails with the reason of the response", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const reasonFor = (response: FakeSfu.FakeResponse) => {
        sfu.respond = () => response
        return Effect.map(Effect.flip(session.restartIce), ({ reason }) => reason)
      }
      // The error of IceRestart is field 1, and its code is field 1 of that.
      assert.strictEqual(yield* reasonFor(new Response(Uint8Array.of(0x0a, 0x03, 0x08, 0xce, 0x01))), "SignalLost")
      assert.strictEqual(
        yield* reasonFor(new Response(Uint8Array.of(0x0a, 0x03, 0x08, 0xc8, 0x01))),
        "SessionNotFound"
      )
      assert.strictEqual(yield* reasonFor(new Response(Uint8Array.of(0x0a, 0x03, 0x08, 0x90, 0x03))), "Refused")
      assert.strictEqual(yield* reasonFor(FakeSfu.twirpError(404, "not_found")), "Failed")
      assert.strictEqual(yield* reasonFor(FakeSfu.twirpError(401, "unauthenticated")), "Unauthenticated")
      assert.strictEqual(yield* reasonFor(new Response(Uint8Array.of(0xff))), "Failed")
    }))

  withSfu("a request of an ended session is SessionEnded", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const session = yield* Scope.provide(join, scope)
      yield* Scope.close(scope, Exit.void)
      const error = yield* Effect.flip(session.restartIce)
      assert.deepInclude(error, {
        _tag: "SfuRequestError",
        method: "IceRestart",
        reason: "SessionEnded",
        code: "canceled",
        attempts: 0
      })
    }))
})

describe("Another SFU", () => {
  it("301, 600 and 700 are joinable elsewhere, and no other code", () => {
    assert.deepStrictEqual(allCodes.filter(ErrorCode.isJoinableElsewhere).toSorted(), [301, 600, 700])
  })
})
