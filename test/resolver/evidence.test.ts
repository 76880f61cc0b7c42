/**
 * The laws about which track is whose (1, 3, 4, 5, 7, 8), one example for each sentence.
 */
import { assert } from "@effect/vitest"
import type { TrackResolver } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, anonymous, bob, camera, exact, kindOnly, microphone, screen } from "../support/people.ts"
import { begin, withResolver } from "../support/resolver.ts"

type Resolver = TrackResolver["Service"]

/** `t1 Exact`, or nothing. */
const held = (resolver: Resolver, key: ReturnType<typeof camera>) =>
  Effect.map(
    resolver.binding(key),
    Option.match({ onNone: () => "", onSome: ({ evidence, trackId }) => `${trackId} ${evidence}` })
  )

const pending = (resolver: Resolver) =>
  Effect.map(resolver.snapshot, ({ pending }) => pending.map(({ trackId }) => trackId))

/** What is inferred depends on who waits. */
const wait = (resolver: Resolver, ...keys: ReadonlyArray<ReturnType<typeof camera>>) =>
  Effect.forEach(keys, (key) => begin(resolver.resolve(key)))

// --- Law 1 ------------------------------------------------------------------------------------------------------------

withResolver("Law 1: a binding names its evidence, and when each side spoke", (resolver) =>
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

// --- Law 3 ------------------------------------------------------------------------------------------------------------

withResolver("Law 3: exact evidence is better than kind, and kind than none", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(anonymous("anonymous"))
    yield* resolver.register(exact("exact", camera(alice)))
    yield* resolver.register(kindOnly("kind", alice))
    assert.strictEqual(yield* resolver.resolve(camera(alice)), "exact")
    assert.strictEqual(yield* resolver.resolve(screen(alice)), "kind")
    assert.strictEqual(yield* resolver.resolve(camera(bob)), "anonymous")
  }))

withResolver("Law 3: of exact tracks the newest", (resolver) =>
  Effect.gen(function*() {
    for (const id of ["old", "new"]) yield* resolver.register(exact(id, camera(alice)))
    assert.strictEqual(yield* resolver.resolve(camera(alice)), "new")
  }))

withResolver(
  "Law 3: a track that names another participant, type or kind never fits",
  (resolver) =>
    Effect.gen(function*() {
      yield* wait(resolver, camera(alice))
      yield* resolver.register(exact("of bob", camera(bob)))
      yield* resolver.register(kindOnly("of some bob", bob))
      yield* resolver.register(exact("screen", screen(alice)))
      yield* resolver.register({ trackId: "some screen", kind: "video", trackType: "ScreenShare" })
      yield* resolver.register(kindOnly("voice", alice, "audio"))
      assert.strictEqual(yield* held(resolver, camera(alice)), "")
      assert.strictEqual((yield* pending(resolver)).length, 5)
    })
)

withResolver(
  "Law 3: an anonymous track that says its type comes into question for keys of that type alone",
  (resolver) =>
    Effect.gen(function*() {
      yield* begin(Effect.exit(resolver.resolve(camera(alice))))
      const answer = yield* begin(resolver.resolve(screen(bob)))
      yield* resolver.register({ trackId: "t1", kind: "video", trackType: "ScreenShare" })
      assert.strictEqual(yield* Fiber.join(answer), "t1")
    })
)

// --- Law 4 ------------------------------------------------------------------------------------------------------------

withResolver(
  "Law 4: an anonymous track is not given to one of two keys that wait",
  (resolver) =>
    Effect.gen(function*() {
      yield* wait(resolver, camera(alice), camera(bob))
      yield* resolver.register(anonymous("t1"))
      assert.deepStrictEqual(yield* pending(resolver), ["t1"])
    })
)

withResolver("Law 4: what an arrival leaves unique is paired in the same step", (resolver) =>
  Effect.gen(function*() {
    const [hers, his] = yield* wait(resolver, camera(alice), camera(bob))
    yield* resolver.register(anonymous("t1"))
    yield* resolver.register(exact("t2", camera(alice)))
    assert.strictEqual(yield* Fiber.join(hers!), "t2")
    assert.strictEqual(yield* Fiber.join(his!), "t1")
    assert.strictEqual(yield* held(resolver, camera(bob)), "t1 Anonymous")
  }))

withResolver(
  "Law 4: what a departure leaves unique is not paired, until new evidence or a new call",
  (resolver) =>
    Effect.gen(function*() {
      yield* wait(resolver, camera(alice), camera(bob))
      yield* resolver.register(anonymous("t1"))
      yield* resolver.unpublish(camera(bob))
      assert.strictEqual(yield* held(resolver, camera(alice)), "")
      yield* resolver.register({ ...anonymous("t1"), trackType: "Video" })
      assert.strictEqual(yield* held(resolver, camera(alice)), "t1 Anonymous")
    })
)

withResolver("Law 4: a rank that may not bind blocks the ranks below it", (resolver) =>
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

/** Why the tracks that came near were not given to a key that looks once. */
const refusals = (resolver: Resolver, key: ReturnType<typeof camera>) =>
  Effect.map(
    Effect.flip(resolver.resolve(key, { timeout: 0 })),
    (error) =>
      error._tag === "TrackTimeoutError"
        ? error.candidates.map(({ trackId, why }) => `${trackId} ${why}`)
        : [error._tag]
  )

withResolver(
  "Law 4: a timeout says of each track that came near why it was not given",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("screen", screen(alice)))
      yield* wait(resolver, camera(alice), camera(bob))
      yield* resolver.register(anonymous("anybody's"))
      assert.deepStrictEqual(yield* refusals(resolver, camera(alice)), [
        "anybody's NotTheOnlyKey",
        "screen AnotherType"
      ])
      yield* resolver.unpublish(camera(bob))
      assert.deepStrictEqual(yield* refusals(resolver, camera(alice)), ["anybody's LeftUnique", "screen AnotherType"])
      yield* resolver.register(exact("hers", camera(alice)))
      yield* resolver.retire("anybody's")
      assert.deepStrictEqual(yield* refusals(resolver, camera(aliceAgain)), ["hers AnotherSession"])
    }),
  { sessionMigration: "afterLeave" }
)

withResolver(
  "Law 4: a timeout names eight tracks at the most, and says how many more there are",
  (resolver) =>
    Effect.gen(function*() {
      for (let n = 1; n <= 10; n++) yield* resolver.register(anonymous(`t${n}`))
      assert.deepStrictEqual(
        yield* refusals(resolver, camera(alice)),
        [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `t${n} NotTheOnlyTrack`)
      )
      assert.deepInclude(yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 })), { omitted: 2 })
    })
)

withResolver("Law 4: nothing is guessed where guessing is off", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(anonymous("t1"))
    const error = yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 }))
    assert.deepInclude(error, { candidates: [{ trackId: "t1", why: "Disabled" }] })
  }), { anonymousTracks: "never" })

// --- Law 5 ------------------------------------------------------------------------------------------------------------

withResolver(
  "Law 5: what is left out erases nothing, and agreement gives the binding the better name",
  (resolver) =>
    Effect.gen(function*() {
      yield* wait(resolver, camera(alice))
      yield* resolver.register(anonymous("t1"))
      assert.strictEqual(yield* held(resolver, camera(alice)), "t1 Anonymous")
      yield* resolver.register(kindOnly("t1", alice))
      assert.strictEqual(yield* held(resolver, camera(alice)), "t1 Kind")
      yield* resolver.register(anonymous("t1"))
      yield* resolver.register({ ...anonymous("t1"), trackType: "Video" })
      assert.strictEqual(yield* held(resolver, camera(alice)), "t1 Exact")
    })
)

withResolver(
  "Law 5: evidence that changes against a binding ends it, and the track goes where it now belongs",
  (resolver) =>
    Effect.gen(function*() {
      yield* wait(resolver, camera(alice))
      yield* resolver.register(anonymous("t1"))
      const [his] = yield* wait(resolver, camera(bob))
      yield* resolver.register(kindOnly("t1", bob))
      assert.strictEqual(yield* held(resolver, camera(alice)), "")
      assert.strictEqual(yield* Fiber.join(his!), "t1")
    })
)

withResolver("Law 5: what was said before cannot contradict", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(exact("t1", camera(alice)))
    yield* resolver.resolve(camera(alice))
    assert.strictEqual(yield* resolver.resolve(camera(aliceAgain)), "t1")
    yield* resolver.register(exact("t1", camera(alice)))
    assert.strictEqual(yield* held(resolver, camera(aliceAgain)), "t1 Inherited")
  }))

withResolver(
  "Law 5: registering again renews no time to live, but going back to pending starts a new one",
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

withResolver("Law 5: a retired track is nobody's", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(exact("t1", camera(alice)))
    yield* resolver.resolve(camera(alice))
    assert.deepStrictEqual(yield* resolver.retire("t1"), Option.some(camera(alice)))
    assert.deepStrictEqual(yield* resolver.retire("t1"), Option.none())
    assert.strictEqual(yield* held(resolver, camera(alice)), "")
    assert.strictEqual((yield* resolver.sizes).pending, 0)
  }))

// --- Law 7 ------------------------------------------------------------------------------------------------------------

withResolver(
  "Law 7: a newer exact track supersedes at once, and the older one is forgotten",
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
  "Law 7: with the superseded track the older exact ones of its key are forgotten",
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

withResolver("Law 7: an older exact track supersedes only what was inferred", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(anonymous("older"))
    yield* resolver.register(exact("newer", camera(alice)))
    yield* resolver.resolve(camera(alice))
    yield* resolver.register(exact("older", camera(alice)))
    assert.strictEqual(yield* held(resolver, camera(alice)), "newer Exact")

    yield* resolver.register(kindOnly("known by kind", bob, "audio"))
    yield* resolver.register({ trackId: "first", kind: "audio", trackType: "ScreenShareAudio" })
    yield* resolver.resolve(microphone(bob))
    yield* resolver.register(exact("first", microphone(bob)))
    assert.strictEqual(yield* held(resolver, microphone(bob)), "first Exact")
  }))

withResolver(
  "Law 7: a kind-only track supersedes only at the resolve that ends an unpublish",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.register(kindOnly("too early", alice))
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
      yield* resolver.retire("too early")
      assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.some("t1"))
      yield* resolver.register(kindOnly("t2", alice))
      assert.strictEqual(yield* held(resolver, camera(alice)), "t1 Exact")
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "t2")
    })
)

withResolver(
  "Law 7: no inference takes the place of an exact track that came since the unpublish",
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

withResolver("Law 7: superseding an unpublished key leaves it unpublished", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(exact("t1", camera(alice)))
    yield* resolver.resolve(camera(alice))
    yield* resolver.unpublish(camera(alice))
    yield* resolver.register(exact("t2", camera(alice)))
    assert.deepInclude(Option.getOrThrow(yield* resolver.binding(camera(alice))), { trackId: "t2", published: false })
    assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
  }))

withResolver(
  "Law 7: a superseded track that names somebody else is pending for them",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.resolve(camera(aliceAgain))
      yield* resolver.register(exact("t2", camera(aliceAgain)))
      assert.strictEqual(yield* held(resolver, camera(aliceAgain)), "t2 Exact")
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
    })
)

// --- Law 8 ------------------------------------------------------------------------------------------------------------

withResolver(
  "Law 8: takeOver, the most recently bound of the user's other sessions, live or left",
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
  "Law 8: afterLeave, only from a session that left, and a leave answers the one that waits",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      const [again] = yield* wait(resolver, camera(aliceAgain))
      assert.isUndefined(again!.pollUnsafe())
      yield* resolver.cancel(alice)
      assert.strictEqual(yield* Fiber.join(again!), "t1")
      assert.strictEqual(yield* held(resolver, camera(aliceAgain)), "t1 Inherited")
    }),
  { sessionMigration: "afterLeave" }
)

withResolver("Law 8: afterLeave, none of two sessions that wait", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(exact("t1", camera(alice)))
    yield* resolver.resolve(camera(alice))
    yield* wait(resolver, camera(aliceAgain), camera({ userId: "alice", sessionId: "a3" }))
    yield* resolver.cancel(alice)
    assert.deepInclude(yield* resolver.sizes, { waiting: 2, bound: 0, inheritable: 1 })
  }), { sessionMigration: "afterLeave" })

withResolver("Law 8: never", (resolver) =>
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
  "Law 8: inheriting leaves no other stale session of that user and type behind",
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
  "Law 8: a left track is invisible, inheritable for its time to live, and never its own session's",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.cancel(alice)
      assert.strictEqual(yield* held(resolver, camera(alice)), "")
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
  "Law 8: a left track that is registered is pending anew, with only what it says now",
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

withResolver("Law 8: nobody inherits a retired track", (resolver) =>
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
