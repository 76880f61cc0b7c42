/**
 * Which SFUs a join avoids, after which failures.
 */
import { SfuJoinError } from "effect-track-resolver"
import { expect, test } from "vitest"
import * as FailedSfus from "../../src/stream-sfu/internal/FailedSfus.ts"

const unreachable = new SfuJoinError({ reason: "Unreachable", detail: "", shouldRetry: true })

const refused = (code: number, shouldRetry: boolean) =>
  new SfuJoinError({ reason: "Refused", code, detail: "", shouldRetry })

const after = (...failures: ReadonlyArray<readonly [sfuId: string, error: SfuJoinError]>) =>
  failures.reduce((failed, [sfuId, error]) => FailedSfus.add(failed, sfuId, error), FailedSfus.empty)

test("without a failure no SFU is avoided", () => {
  expect(FailedSfus.avoided(FailedSfus.empty)).toEqual([])
})

test("an SFU is avoided after two failures", () => {
  expect(FailedSfus.avoided(after(["one", unreachable]))).toEqual([])
  expect(FailedSfus.avoided(after(["one", unreachable], ["two", unreachable]))).toEqual([])
  expect(FailedSfus.avoided(after(["one", unreachable], ["one", unreachable]))).toEqual(["one"])
})

test.each([301, 600, 700])("an SFU is avoided after one refusal with code %i", (code) => {
  expect(FailedSfus.avoided(after(["one", refused(code, true)]))).toEqual(["one"])
})

test("a failure without shouldRetry does not count", () => {
  const error = refused(700, false)
  expect(FailedSfus.avoided(after(["one", error], ["one", error]))).toEqual([])
})

test("the SFU with the newest failure comes first", () => {
  const failed = after(["one", refused(700, true)], ["two", refused(700, true)])
  expect(FailedSfus.avoided(failed)).toEqual(["two", "one"])
  expect(FailedSfus.avoided(FailedSfus.add(failed, "one", unreachable))).toEqual(["one", "two"])
})

test("the SFU that a migration leaves comes first, and once", () => {
  const failed = after(["one", refused(700, true)], ["two", refused(700, true)])
  expect(FailedSfus.avoided(failed, "three")).toEqual(["three", "two", "one"])
  expect(FailedSfus.avoided(failed, "one")).toEqual(["one", "two"])
})
