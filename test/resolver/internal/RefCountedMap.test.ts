import { expect, test } from "vitest"
import * as RefCountedMap from "../../../src/resolver/internal/RefCountedMap.ts"

const make = () => {
  let made = 0
  return RefCountedMap.make(() => ++made)
}

test("holders of a key share one value, and the last release removes it", () => {
  const map = make()
  const first = map.acquire("a")
  expect(map.acquire("a")).toBe(first)
  const other = map.acquire("b")
  expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, 2, undefined])
  expect([map.values(), map.size()]).toEqual([[1, 2], 2])
  expect([map.release(first), map.get("a"), map.size()]).toEqual([false, 1, 2])
  expect([map.release(first), map.get("a"), map.size()]).toEqual([true, undefined, 1])
  expect([map.release(other), map.values(), map.size()]).toEqual([true, [], 0])
  expect(map.acquire("a").value).toBe(3)
})

test("present holders keep a detached value, and their release leaves the new one", () => {
  const map = make()
  expect(map.detach("a")).toBeUndefined()
  const old = map.acquire("a")
  map.acquire("a")
  expect([map.detach("a"), map.get("a"), map.size()]).toEqual([1, undefined, 0])
  const next = map.acquire("a")
  expect([old.value, next.value]).toEqual([1, 2])
  expect([map.release(old), map.release(old), map.get("a")]).toEqual([false, true, 2])
  expect([map.release(next), map.size()]).toEqual([true, 0])
})
