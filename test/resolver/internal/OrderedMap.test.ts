/**
 * `OrderedMap` against a plain `Map`, and its shape.
 */
import * as fc from "fast-check"
import { expect, test } from "vitest"
import * as OrderedMap from "../../../src/resolver/internal/OrderedMap.ts"
import { runs } from "../../support/runs.ts"

const depthOf = (self: OrderedMap.OrderedMap<number>): number =>
  self === undefined ? 0 : 1 + Math.max(depthOf(self.left), depthOf(self.right))

const from = (orders: ReadonlyArray<number>): OrderedMap.OrderedMap<number> =>
  orders.reduce<OrderedMap.OrderedMap<number>>((map, order) => OrderedMap.set(map, order, order), undefined)

test("it contains what a plain map contains, in order, and its shape depends on its content alone", () => {
  const order = fc.nat({ max: 12 })
  const edits = fc.array(fc.tuple(order, fc.option(fc.nat(), { nil: undefined, freq: 3 })), { maxLength: 40 })
  fc.assert(
    fc.property(edits, order, (edits, limit) => {
      let map: OrderedMap.OrderedMap<number> = undefined
      const plain = new Map<number, number>()
      for (const [order, value] of edits) {
        const before = map
        if (value === undefined) {
          map = OrderedMap.remove(map, order)
          if (!plain.has(order)) expect(map).toBe(before)
          plain.delete(order)
        } else {
          map = OrderedMap.set(map, order, value)
          plain.set(order, value)
        }
      }
      const sorted = Array.from(plain).toSorted(([a], [b]) => a - b)
      const values = sorted.map(([, value]) => value)
      expect(Array.from(OrderedMap.values(map))).toEqual(values)
      expect(OrderedMap.size(map)).toBe(values.length)
      expect(OrderedMap.first(map)).toBe(values[0])
      expect(OrderedMap.last(map)).toBe(values.at(-1))
      expect(OrderedMap.only(map)).toBe(values.length === 1 ? values[0] : undefined)
      expect(OrderedMap.findLast(map, (value) => value % 12 <= limit)).toBe(
        values.findLast((value) => value % 12 <= limit)
      )
      const again = sorted.reduceRight<OrderedMap.OrderedMap<number>>(
        (map, [order, value]) => OrderedMap.set(map, order, value),
        undefined
      )
      expect(map).toEqual(again)
    }),
    runs(500)
  )
})

test("it stays flat, whatever the order of insertion and removal", () => {
  const orders = Array.from({ length: 4_096 }, (_, n) => n)
  expect(depthOf(from(orders))).toBeLessThan(48)
  expect(depthOf(from(orders.toReversed()))).toBeLessThan(48)
  const halved = orders.filter((n) => n % 2 === 0).reduce(
    (map: OrderedMap.OrderedMap<number>, order) => OrderedMap.remove(map, order),
    from(orders)
  )
  expect(depthOf(halved)).toBeLessThan(48)
})
