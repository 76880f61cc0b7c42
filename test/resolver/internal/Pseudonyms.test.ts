import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { expect, vi } from "vitest"
import type { Command } from "../../../src/resolver/internal/Protocol.ts"
import * as Pseudonyms from "../../../src/resolver/internal/Pseudonyms.ts"
import { alice, camera } from "../../support/people.ts"

// Of "user-alice", "session-a1" and "track-t1": the first twelve bytes of HMAC-SHA-256 under "salt", in base64url.
const participant = { userId: "user-lXRRBevsju1yGxyM", sessionId: "session-2M6BAID1wRZx7Hn0" }
const trackId = "track-nFcsvOhiahghqfsd"

const salted = Pseudonyms.make(Redacted.make("salt"))

it.effect("of each command, the ids change and everything else stays", () =>
  Effect.gen(function*() {
    const anonymize = yield* salted
    const key = camera(alice)
    const hashedKey = { ...participant, trackType: "Video" } as const
    const commands: ReadonlyArray<readonly [Command, Command]> = [
      [
        { _tag: "Register", track: { trackId: "t1", kind: "video", participant: alice, trackType: "Video" } },
        { _tag: "Register", track: { trackId, kind: "video", participant, trackType: "Video" } }
      ],
      [
        { _tag: "Register", track: { trackId: "t1", kind: "audio" } },
        { _tag: "Register", track: { trackId, kind: "audio", participant: undefined } }
      ],
      [{ _tag: "Resolve", key }, { _tag: "Resolve", key: hashedKey }],
      [{ _tag: "Acquire", key, generation: 7 }, { _tag: "Acquire", key: hashedKey, generation: 7 }],
      [
        { _tag: "Abandon", key, generation: 7, isHolder: true },
        { _tag: "Abandon", key: hashedKey, generation: 7, isHolder: true }
      ],
      [{ _tag: "Unpublish", key }, { _tag: "Unpublish", key: hashedKey }],
      [{ _tag: "Cancel", participant: alice }, { _tag: "Cancel", participant }],
      [{ _tag: "Retire", trackId: "t1" }, { _tag: "Retire", trackId }],
      [{ _tag: "Expire" }, { _tag: "Expire" }]
    ]
    for (const [command, hashed] of commands) expect(yield* anonymize(command)).toStrictEqual(hashed)
  }))

it.effect("a user, a session and a track with the same id have different pseudonyms", () =>
  Effect.gen(function*() {
    const anonymize = yield* salted
    const track = { trackId: "x", kind: "audio", participant: { userId: "x", sessionId: "x" } } as const
    const hashed = yield* anonymize({ _tag: "Register", track })
    if (hashed._tag !== "Register") throw new Error("another command")
    const { participant, trackId } = hashed.track
    const bytes = [trackId, participant!.userId, participant!.sessionId].map((id) => id.replace(/^\w+-/, ""))
    expect(new Set(bytes).size).toBe(3)
  }))

it.effect("each id is hashed once, until 10,000 ids are remembered", () =>
  Effect.gen(function*() {
    const sign = vi.spyOn(crypto.subtle, "sign")
    yield* Effect.addFinalizer(() => Effect.sync(() => sign.mockRestore()))
    const anonymize = yield* salted
    const hash = (id: string | number) => anonymize({ _tag: "Retire", trackId: `${id}` })
    yield* hash("t1")
    yield* hash("t1")
    expect(sign).toHaveBeenCalledTimes(1)
    for (let n = 2; n <= 10_000; n++) yield* hash(n)
    expect(yield* hash("t1")).toEqual({ _tag: "Retire", trackId })
    expect(sign).toHaveBeenCalledTimes(10_000)
    // One more id than fits: the memory is cleared, and then has that id.
    yield* hash("one more")
    yield* hash("one more")
    expect(yield* hash("t1")).toEqual({ _tag: "Retire", trackId })
    expect(sign).toHaveBeenCalledTimes(10_002)
  }))

it.effect("without a salt, each key is another", () =>
  Effect.gen(function*() {
    const [one, two] = [yield* Pseudonyms.make(undefined), yield* Pseudonyms.make(undefined)]
    const retire: Command = { _tag: "Retire", trackId: "t1" }
    expect(yield* one(retire)).not.toEqual(yield* two(retire))
    expect(yield* one(retire)).toEqual(yield* one(retire))
  }))
