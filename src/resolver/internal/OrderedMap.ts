/**
 * A persistent map ordered by a number. First, last, insertion and removal cost the logarithm of its size, wherever in
 * the order they happen; its size is known.
 *
 * Effect has persistent maps without an order and ordered collections without persistence; the correlation needs both,
 * for "the newest", "the longest pending" and "the only one". A treap: a search tree by `order`, a heap by a hash of
 * it, which keeps the tree flat whatever the order of insertion and its shape a function of its contents alone.
 */
export type OrderedMap<A> = Node<A> | undefined

interface Node<A> {
  readonly order: number
  readonly value: A
  readonly priority: number
  readonly size: number
  readonly left: OrderedMap<A>
  readonly right: OrderedMap<A>
}

const node = <A>(
  order: number,
  value: A,
  priority: number,
  left: OrderedMap<A>,
  right: OrderedMap<A>
): Node<A> => ({ order, value, priority, size: size(left) + size(right) + 1, left, right })

// The finaliser of MurmurHash3: neighbouring orders get unrelated priorities.
const priorityOf = (order: number): number => {
  let hash = order | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

export const size = <A>(self: OrderedMap<A>): number => self === undefined ? 0 : self.size

export const first = <A>(self: OrderedMap<A>): A | undefined => {
  let at = self
  while (at?.left !== undefined) at = at.left
  return at?.value
}

export const last = <A>(self: OrderedMap<A>): A | undefined => {
  let at = self
  while (at?.right !== undefined) at = at.right
  return at?.value
}

/** The value of a map that has one. */
export const only = <A>(self: OrderedMap<A>): A | undefined => self?.size === 1 ? self.value : undefined

/** The value with the greatest order that satisfies the predicate, looking from the last one back. */
export const findLast = <A>(self: OrderedMap<A>, predicate: (value: A) => boolean): A | undefined =>
  self === undefined
    ? undefined
    : findLast(self.right, predicate)
      ?? (predicate(self.value) ? self.value : findLast(self.left, predicate))

/** In order. Most maps are empty, and an empty array costs less than a generator. */
export const values = <A>(self: OrderedMap<A>): Iterable<A> => self === undefined ? [] : nodeValues(self)

function* nodeValues<A>({ left, right, value }: Node<A>): Generator<A> {
  yield* values(left)
  yield value
  yield* values(right)
}

export const set = <A>(self: OrderedMap<A>, order: number, value: A): OrderedMap<A> =>
  insert(self, order, value, priorityOf(order))

const insert = <A>(self: OrderedMap<A>, order: number, value: A, priority: number): OrderedMap<A> => {
  if (self === undefined) return node(order, value, priority, undefined, undefined)
  if (order === self.order) return node(order, value, self.priority, self.left, self.right)
  if (priority > self.priority) return node(order, value, priority, below(self, order), above(self, order))
  return order < self.order
    ? node(self.order, self.value, self.priority, insert(self.left, order, value, priority), self.right)
    : node(self.order, self.value, self.priority, self.left, insert(self.right, order, value, priority))
}

export const remove = <A>(self: OrderedMap<A>, order: number): OrderedMap<A> => {
  if (self === undefined) return undefined
  if (order === self.order) return join(self.left, self.right)
  if (order < self.order) {
    const left = remove(self.left, order)
    return left === self.left ? self : node(self.order, self.value, self.priority, left, self.right)
  }
  const right = remove(self.right, order)
  return right === self.right ? self : node(self.order, self.value, self.priority, self.left, right)
}

const below = <A>(self: OrderedMap<A>, order: number): OrderedMap<A> => {
  if (self === undefined) return undefined
  if (order <= self.order) return below(self.left, order)
  return node(self.order, self.value, self.priority, self.left, below(self.right, order))
}

const above = <A>(self: OrderedMap<A>, order: number): OrderedMap<A> => {
  if (self === undefined) return undefined
  if (order >= self.order) return above(self.right, order)
  return node(self.order, self.value, self.priority, above(self.left, order), self.right)
}

const join = <A>(left: OrderedMap<A>, right: OrderedMap<A>): OrderedMap<A> => {
  if (left === undefined) return right
  if (right === undefined) return left
  return left.priority > right.priority
    ? node(left.order, left.value, left.priority, left.left, join(left.right, right))
    : node(right.order, right.value, right.priority, join(left, right.left), right.right)
}
