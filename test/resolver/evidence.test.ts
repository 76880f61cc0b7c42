/**
 * The laws about which track belongs to which key, one example for each sentence: 1, 3, 4, 5, 7 and 8.
 */
import { assert, describe } from "@effect/vitest"
import type { Participant, TrackResolver } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, anonymous, bob, camera, exact, kindOnly, microphone, screen } from "../support/people.ts"
import { begin, withResolver } from "../support/resolver.ts"

type Resolver = TrackResolver["Service"]

/** `t1 Exact`, or empty if the key is not bound. */
const bound = (resolver: Resolver, key: ReturnType<typeof camera>) =>
  Effect.map(
    resolver.binding(key),
    Option.match({ onNone: () => "", onSome: ({ evidence, trackId }) => `${trackId} ${evidence}` })
  )

const pending = (resolver: Resolver) =>
  Effect.map(resolver.snapshot, ({ pending }) => pending.map(({ trackId }) => trackId))

/** Starts one resolve for each key. */
const wait = (resolver: Resolver, ...keys: ReadonlyArray<ReturnType<typeof camera>>) =>
  Effect.forEach(keys, (key) => begin(resolver.resolve(key)))

const isUnresolved = (resolver: Resolver, key: ReturnType<typeof camera>) =>
  Effect.map(
    Effect.flip(resolver.resolve(key, { timeout: 0 })),
    ({ _tag }) => assert.strictEqual(_tag, "TrackTimeoutError")
  )

describe("Law 3: whose track", () => {
  const [short, long] = [{ userId: "a", sessionId: "bc" }, { userId: "ab", sessionId: "c" }]

  withResolver("ids that are one string together are those of two participants", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(short)))
      yield* isUnresolved(resolver, camera(long))
      assert.strictEqual(yield* resolver.resolve(camera(short)), "t1")
    }))

  withResolver("a colon in an id does not move the boundary between the ids", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera({ userId: "a:b", sessionId: "c" })))
      yield* isUnresolved(resolver, camera({ userId: "a", sessionId: "b:c" }))
    }))
})

describe("Law 1: either order, same answer", () => {
  withResolver("a binding contains its evidence and the times of both sides", (resolver) =>
    Effect.gen(function*() {
      yield* TestClock.adjust(1)
      yield* resolver.register(kindOnly("t1", alice))
      yield* TestClock.adjust(1)
      yield* wait(resolver, camera(alice), camera(bob))
      yield* TestClock.adjust(1)
      yield* resolver.register(exact("t2", camera(bob)))
      const bindings = yield* Effect.forEach([alice, bob], (who) => resolver.binding(camera(who)))
      assert.deepStrictEqual(bindings.map(Option.getOrThrow), [
        {
          key: camera(alice),
          trackId: "t1",
          evidence: "Kind",
          registeredAt: 1,
          requestedAt: 2,
          resolvedAt: 2,
          published: true
        },
        {
          key: camera(bob),
          trackId: "t2",
          evidence: "Exact",
          registeredAt: 3,
          requestedAt: 2,
          resolvedAt: 3,
          published: true
        }
      ])
      yield* TestClock.adjust(1)
      yield* resolver.register(exact("t3", camera(bob)))
      assert.deepInclude(Option.getOrThrow(yield* resolver.binding(camera(bob))), { requestedAt: 2, resolvedAt: 4 })
    }))
})

describe("Law 3: evidence before inference", () => {
  withResolver("Exact is better than Kind, and Kind is better than Anonymous", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(anonymous("anonymous"))
      yield* resolver.register(exact("exact", camera(alice)))
      yield* resolver.register(kindOnly("kind", alice))
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "exact")
      assert.strictEqual(yield* resolver.resolve(screen(alice)), "kind")
      assert.strictEqual(yield* resolver.resolve(camera(bob)), "anonymous")
    }))

  withResolver("of several exact tracks the newest binds", (resolver) =>
    Effect.gen(function*() {
      for (const id of ["old", "new"]) yield* resolver.register(exact(id, camera(alice)))
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "new")
    }))

  withResolver(
    "a track that names another participant, type or kind never fits",
    (resolver) =>
      Effect.gen(function*() {
        yield* wait(resolver, camera(alice))
        yield* resolver.register(exact("of bob", camera(bob)))
        yield* resolver.register(kindOnly("of some bob", bob))
        yield* resolver.register(exact("screen", screen(alice)))
        yield* resolver.register({ trackId: "some screen", kind: "video", trackType: "ScreenShare" })
        yield* resolver.register(kindOnly("voice", alice, "audio"))
        assert.strictEqual(yield* bound(resolver, camera(alice)), "")
        assert.strictEqual((yield* pending(resolver)).length, 5)
      })
  )

  withResolver(
    "an anonymous track with a type fits only keys of that type",
    (resolver) =>
      Effect.gen(function*() {
        yield* begin(Effect.exit(resolver.resolve(camera(alice))))
        const answer = yield* begin(resolver.resolve(screen(bob)))
        yield* resolver.register({ trackId: "t1", kind: "video", trackType: "ScreenShare" })
        assert.strictEqual(yield* Fiber.join(answer), "t1")
      })
  )
})

describe("Law 4: no guess between equals", () => {
  withResolver(
    "an anonymous track binds to neither of two waiting keys",
    (resolver) =>
      Effect.gen(function*() {
        yield* wait(resolver, camera(alice), camera(bob))
        yield* resolver.register(anonymous("t1"))
        assert.deepStrictEqual(yield* pending(resolver), ["t1"])
      })
  )

  withResolver(
    "an arrival makes the pairs that it leaves unique, in the same step",
    (resolver) =>
      Effect.gen(function*() {
        const [hers, his] = yield* wait(resolver, camera(alice), camera(bob))
        yield* resolver.register(anonymous("t1"))
        yield* resolver.register(exact("t2", camera(alice)))
        assert.strictEqual(yield* Fiber.join(hers!), "t2")
        assert.strictEqual(yield* Fiber.join(his!), "t1")
        assert.strictEqual(yield* bound(resolver, camera(bob)), "t1 Anonymous")
      })
  )

  withResolver(
    "a departure makes no pair; new evidence about the track does",
    (resolver) =>
      Effect.gen(function*() {
        yield* wait(resolver, camera(alice), camera(bob))
        yield* resolver.register(anonymous("t1"))
        yield* resolver.unpublish(camera(bob))
        assert.strictEqual(yield* bound(resolver, camera(alice)), "")
        yield* resolver.register({ ...anonymous("t1"), trackType: "Video" })
        assert.strictEqual(yield* bound(resolver, camera(alice)), "t1 Anonymous")
      })
  )

  withResolver("better evidence blocks, even if it may not bind", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(kindOnly("t1", alice))
      yield* resolver.register(kindOnly("t2", alice))
      yield* resolver.register(anonymous("t3"))
      const error = yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 }))
      assert.deepInclude(error, {
        candidates: [
          { trackId: "t1", why: "NotTheOnlyTrack" },
          { trackId: "t2", why: "NotTheOnlyTrack" },
          { trackId: "t3", why: "Outranked" }
        ]
      })
    }))

  /** The rejected tracks of a resolve with a timeout of 0. */
  const rejections = (resolver: Resolver, key: ReturnType<typeof camera>) =>
    Effect.map(
      Effect.flip(resolver.resolve(key, { timeout: 0 })),
      (error) =>
        error._tag === "TrackTimeoutError"
          ? error.candidates.map(({ trackId, why }) => `${trackId} ${why}`)
          : [error._tag]
    )

  withResolver(
    "a timeout reports why each track that came near was not bound",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("screen", screen(alice)))
        yield* wait(resolver, camera(alice), camera(bob))
        yield* resolver.register(anonymous("anonymous"))
        assert.deepStrictEqual(yield* rejections(resolver, camera(alice)), [
          "anonymous NotTheOnlyKey",
          "screen AnotherType"
        ])
        yield* resolver.unpublish(camera(bob))
        assert.deepStrictEqual(yield* rejections(resolver, camera(alice)), [
          "anonymous LeftUnique",
          "screen AnotherType"
        ])
        yield* resolver.register(exact("exact", camera(alice)))
        yield* resolver.retire("anonymous")
        assert.deepStrictEqual(yield* rejections(resolver, camera(aliceAgain)), ["exact AnotherSession"])
      }),
    { sessionMigration: "afterLeave" }
  )

  withResolver(
    "a timeout lists at most eight tracks and counts the others",
    (resolver) =>
      Effect.gen(function*() {
        for (let n = 1; n <= 10; n++) yield* resolver.register(anonymous(`t${n}`))
        assert.deepStrictEqual(
          yield* rejections(resolver, camera(alice)),
          [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `t${n} NotTheOnlyTrack`)
        )
        assert.deepInclude(yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 })), { omitted: 2 })
      })
  )

  withResolver("anonymousTracks \"never\" binds no anonymous track", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(anonymous("t1"))
      const error = yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 }))
      assert.deepInclude(error, { candidates: [{ trackId: "t1", why: "Disabled" }] })
    }), { anonymousTracks: "never" })
})

describe("Law 5: one track, one key", () => {
  withResolver(
    "an absent field erases nothing, and agreeing evidence improves the evidence of the binding",
    (resolver) =>
      Effect.gen(function*() {
        yield* wait(resolver, camera(alice))
        yield* resolver.register(anonymous("t1"))
        assert.strictEqual(yield* bound(resolver, camera(alice)), "t1 Anonymous")
        yield* resolver.register(kindOnly("t1", alice))
        assert.strictEqual(yield* bound(resolver, camera(alice)), "t1 Kind")
        yield* resolver.register(anonymous("t1"))
        yield* resolver.register({ ...anonymous("t1"), trackType: "Video" })
        assert.strictEqual(yield* bound(resolver, camera(alice)), "t1 Exact")
      })
  )

  withResolver(
    "evidence that changes and contradicts ends the binding, and the track binds to the key that it fits now",
    (resolver) =>
      Effect.gen(function*() {
        yield* wait(resolver, camera(alice))
        yield* resolver.register(anonymous("t1"))
        const [his] = yield* wait(resolver, camera(bob))
        yield* resolver.register(kindOnly("t1", bob))
        assert.strictEqual(yield* bound(resolver, camera(alice)), "")
        assert.strictEqual(yield* Fiber.join(his!), "t1")
      })
  )

  withResolver("evidence that does not change cannot contradict", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      assert.strictEqual(yield* resolver.resolve(camera(aliceAgain)), "t1")
      yield* resolver.register(exact("t1", camera(alice)))
      assert.strictEqual(yield* bound(resolver, camera(aliceAgain)), "t1 Inherited")
    }))

  withResolver(
    "registering again does not renew the time to live; becoming pending again starts a new one",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(anonymous("t1"))
        yield* resolver.register(exact("t2", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* TestClock.adjust("59 seconds")
        yield* resolver.register(kindOnly("t1", alice))
        yield* resolver.register(exact("t2", camera(bob)))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* pending(resolver), ["t2"])
        yield* TestClock.adjust("59 seconds")
        assert.deepStrictEqual(yield* pending(resolver), [])
      })
  )

  withResolver("retire ends the binding and removes the track", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      assert.deepStrictEqual(yield* resolver.retire("t1"), Option.some(camera(alice)))
      assert.deepStrictEqual(yield* resolver.retire("t1"), Option.none())
      assert.strictEqual(yield* bound(resolver, camera(alice)), "")
      assert.strictEqual((yield* resolver.sizes).pending, 0)
    }))
})

describe("Law 7: known stays known; newer wins", () => {
  withResolver(
    "a newer exact track supersedes at once, and the older one is forgotten",
    (resolver) =>
      Effect.gen(function*() {
        for (const id of ["t1", "t2"]) {
          yield* resolver.register(exact(id, camera(alice)))
          assert.strictEqual(yield* resolver.resolve(camera(alice)), id)
        }
        assert.deepInclude(yield* resolver.sizes, { bound: 1, pending: 0 })
      })
  )

  withResolver(
    "superseding also forgets the older exact tracks of the key",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.register(exact("t2", camera(alice)))
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t2")
        assert.deepInclude(yield* resolver.sizes, { bound: 1, pending: 1 })
        yield* resolver.register(exact("t3", camera(alice)))
        assert.deepInclude(yield* resolver.sizes, { bound: 1, pending: 0 })
      })
  )

  withResolver(
    "an older exact track supersedes only a binding that is not Exact",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(anonymous("older"))
        yield* resolver.register(exact("newer", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* resolver.register(exact("older", camera(alice)))
        assert.strictEqual(yield* bound(resolver, camera(alice)), "newer Exact")

        yield* resolver.register(kindOnly("known by kind", bob, "audio"))
        yield* resolver.register({ trackId: "first", kind: "audio", trackType: "ScreenShareAudio" })
        yield* resolver.resolve(microphone(bob))
        yield* resolver.register(exact("first", microphone(bob)))
        assert.strictEqual(yield* bound(resolver, microphone(bob)), "first Exact")
      })
  )

  withResolver(
    "a track without a type supersedes only at the resolve that ends an unpublish",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* resolver.register(kindOnly("too early", alice))
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
        yield* resolver.retire("too early")
        assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.some("t1"))
        yield* resolver.register(kindOnly("t2", alice))
        assert.strictEqual(yield* bound(resolver, camera(alice)), "t1 Exact")
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t2")
      })
  )

  withResolver(
    "a track without a type does not supersede an exact track that was registered after the unpublish",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* resolver.unpublish(camera(alice))
        yield* resolver.register(kindOnly("which?", alice))
        yield* resolver.register(exact("t2", camera(alice)))
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t2")
      })
  )

  withResolver(
    "a track without a type that supersedes also forgets the older exact tracks of the key",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t3", camera(alice)))
        yield* resolver.register(exact("t8", camera(alice)))
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t8")
        yield* resolver.unpublish(camera(alice))
        yield* resolver.register(kindOnly("t0", alice))
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t0")
        yield* resolver.retire("t0")
        yield* isUnresolved(resolver, camera(alice))
        assert.deepInclude(yield* resolver.sizes, { bound: 0, pending: 0 })
      })
  )

  withResolver("superseding an unpublished key leaves it unpublished", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.unpublish(camera(alice))
      yield* resolver.register(exact("t2", camera(alice)))
      assert.deepInclude(Option.getOrThrow(yield* resolver.binding(camera(alice))), { trackId: "t2", published: false })
      assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
    }))

  withResolver(
    "a superseded track that names another participant becomes pending",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* resolver.resolve(camera(aliceAgain))
        yield* resolver.register(exact("t2", camera(aliceAgain)))
        assert.strictEqual(yield* bound(resolver, camera(aliceAgain)), "t2 Exact")
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
      })
  )
})

describe("Law 8: sessions", () => {
  for (const [first, second] of [["moving", "staying"], ["staying", "moving"]] as const) {
    withResolver(
      `of two tracks bound in one step, the one that the arrival left unique is newer, ${first} first`,
      (resolver) =>
        Effect.gen(function*() {
          const [old, next, last] = ["old", "next", "last"].map((sessionId) => ({ userId: "alice", sessionId }))
          for (const id of [first, second]) yield* resolver.register(kindOnly(id, old!))
          yield* wait(resolver, camera(old!), camera(next!))
          yield* resolver.register(kindOnly("moving", next!))
          assert.strictEqual(yield* bound(resolver, camera(next!)), "moving Kind")
          assert.strictEqual(yield* bound(resolver, camera(old!)), "staying Kind")
          assert.strictEqual(yield* resolver.resolve(camera(last!)), "staying")
        })
    )
  }

  withResolver(
    "takeOver: a session inherits the track that another session bound last, live or left",
    (resolver) =>
      Effect.gen(function*() {
        const [first, second, third, fourth] = ["s1", "s2", "s3", "s4"].map((sessionId) =>
          camera({ userId: "alice", sessionId })
        )
        yield* resolver.register(exact("t1", first!))
        yield* resolver.resolve(first!)
        yield* resolver.register(exact("t2", second!))
        yield* resolver.resolve(second!)
        assert.strictEqual(yield* resolver.resolve(third!), "t2")
        yield* resolver.cancel(third!)
        assert.strictEqual(yield* resolver.resolve(fourth!), "t2")
        assert.strictEqual((yield* resolver.sizes).inheritable, 0)
      })
  )

  withResolver(
    "afterLeave: a session inherits only from a session that left, and a leave answers a waiting session",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        const [again] = yield* wait(resolver, camera(aliceAgain))
        assert.isUndefined(again!.pollUnsafe())
        yield* resolver.cancel(alice)
        assert.strictEqual(yield* Fiber.join(again!), "t1")
        assert.strictEqual(yield* bound(resolver, camera(aliceAgain)), "t1 Inherited")
      }),
    { sessionMigration: "afterLeave" }
  )

  withResolver(
    "afterLeave: the pairs that an answer by a leave left unique are made in the same step",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* wait(resolver, camera(aliceAgain), camera(bob))
        yield* resolver.register(anonymous("whose?"))
        assert.strictEqual(yield* bound(resolver, camera(bob)), "")
        yield* resolver.cancel(alice)
        assert.strictEqual(yield* bound(resolver, camera(aliceAgain)), "t1 Inherited")
        assert.strictEqual(yield* bound(resolver, camera(bob)), "whose? Anonymous")
      }),
    { sessionMigration: "afterLeave" }
  )

  const [third, fourth] = ["a3", "a4"].map((sessionId) => ({ userId: "alice", sessionId }))

  /** Alice's track after she and another session have left, of which one waits for the track still. */
  const afterLeaves = (resolver: Resolver, leaver: Participant, areLate: boolean) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* wait(resolver, camera(aliceAgain))
      yield* begin(Effect.ignore(resolver.resolve(camera(third!), { timeout: "1 second" })))
      yield* resolver.register(kindOnly("of a4", fourth!, "audio"))
      yield* resolver.cancel(alice)
      if (areLate) yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* bound(resolver, camera(aliceAgain)), "")
      yield* resolver.cancel(leaver)
      return yield* bound(resolver, camera(aliceAgain))
    })

  withResolver(
    "afterLeave: the leave of a session that waited answers the only other one that waits",
    (resolver) =>
      Effect.map(afterLeaves(resolver, third!, false), (answer) => assert.strictEqual(answer, "t1 Inherited")),
    { sessionMigration: "afterLeave" }
  )

  withResolver(
    "afterLeave: the leave of a session that neither was bound nor waited answers nobody",
    (resolver) => Effect.map(afterLeaves(resolver, fourth!, true), (answer) => assert.strictEqual(answer, "")),
    { sessionMigration: "afterLeave" }
  )

  withResolver(
    "a left track that is registered with another kind is a defect, and is still inherited",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* resolver.cancel(alice)
        const exit = yield* Effect.exit(resolver.register(anonymous("t1", "audio")))
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
        assert.strictEqual(yield* resolver.resolve(camera(aliceAgain)), "t1")
      })
  )

  withResolver("afterLeave: a leave answers neither of two waiting sessions", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* wait(resolver, camera(aliceAgain), camera({ userId: "alice", sessionId: "a3" }))
      yield* resolver.cancel(alice)
      assert.deepInclude(yield* resolver.sizes, { waiting: 2, bound: 0, inheritable: 1 })
    }), { sessionMigration: "afterLeave" })

  withResolver("never: no session inherits", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.cancel(alice)
      assert.strictEqual(
        (yield* Effect.flip(resolver.resolve(camera(aliceAgain), { timeout: 0 })))._tag,
        "TrackTimeoutError"
      )
      assert.strictEqual((yield* resolver.sizes).inheritable, 0)
    }), { sessionMigration: "never" })

  withResolver(
    "inheriting drops the other left bindings of that user and type",
    (resolver) =>
      Effect.gen(function*() {
        for (const sessionId of ["s1", "s2"]) {
          yield* resolver.register(exact(`of ${sessionId}`, camera({ userId: "alice", sessionId })))
          yield* resolver.resolve(camera({ userId: "alice", sessionId }))
        }
        yield* resolver.cancel({ userId: "alice", sessionId: "s1" })
        yield* resolver.cancel({ userId: "alice", sessionId: "s2" })
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "of s2")
        assert.strictEqual((yield* resolver.sizes).inheritable, 0)
      }),
    { sessionMigration: "afterLeave" }
  )

  withResolver(
    "a left track is invisible, inheritable for its time to live, and never inherited by its own session",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* resolver.cancel(alice)
        assert.strictEqual(yield* bound(resolver, camera(alice)), "")
        assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
        assert.strictEqual(
          (yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 })))._tag,
          "TrackTimeoutError"
        )
        yield* TestClock.adjust("59999 millis")
        assert.strictEqual((yield* resolver.sizes).inheritable, 1)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual((yield* resolver.sizes).inheritable, 0)
      })
  )

  withResolver(
    "registering a left track makes it pending with only the new evidence",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.resolve(camera(alice))
        yield* resolver.cancel(alice)
        yield* resolver.register(anonymous("t1"))
        assert.deepInclude(yield* resolver.sizes, { inheritable: 0, pending: 1 })
        assert.strictEqual(yield* resolver.resolve(screen(bob)), "t1")
      })
  )

  withResolver("a retired track is not inherited", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.cancel(alice)
      assert.deepStrictEqual(yield* resolver.retire("t1"), Option.none())
      assert.strictEqual(
        (yield* Effect.flip(resolver.resolve(camera(aliceAgain), { timeout: 0 })))._tag,
        "TrackTimeoutError"
      )
    }))
})
