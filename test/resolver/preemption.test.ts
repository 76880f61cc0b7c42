/**
 * The laws of waiting, with a yield at each point between two operations.
 */
import { TrackResolver } from "effect-track-resolver"
import type { IncomingTrack, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { describe, expect, test } from "vitest"
import { nothing } from "../support/resolver.ts"
import * as Harness from "./Harness.ts"
import { memory, parse } from "./Recording.ts"

const camera: TrackKey = { userId: "alice", sessionId: "a1", trackType: "Video" }

const yields = [3, 4, 5, 6, 7, 8, 9, 10, 2_048]

describe("Law 9: leave ends everything", () => {
  test.each(yields)("when cancel returns, every resolve has ended, with a yield after %d operations", (yieldAfter) => {
    const { close, flush, resolver, run, start } = Harness.make({}, yieldAfter)
    const callers = [1, 2, 3].map(() => start(resolver.resolve(camera)))
    flush()
    expect(run(Effect.andThen(resolver.cancel(camera), resolver.sizes))).toEqual(nothing)
    expect(callers.map((caller) => Harness.outcomeOf(caller.pollUnsafe()!))).toEqual(
      callers.map(() => "ParticipantLeftError")
    )
    close()
  })
})

describe("Law 2: every resolve ends exactly once, by the step that came first", () => {
  /**
   * One resolve and one leave, with one yield before the nth operation. Returns how the resolve ended, and the steps in
   * their order.
   */
  const leaveWhileResolving = (nth: number, timeout: number, track?: IncomingTrack) => {
    let operationsLeft = Infinity
    const { layer, traces } = memory({ ids: "clear" })
    const { close, flush, resolver, start } = Harness.make({}, () => operationsLeft-- === 0, layer)
    const resolve = () => start(resolver.resolve(camera, { timeout }))
    const waiting = track === undefined ? undefined : resolve()
    flush()
    operationsLeft = nth
    if (track !== undefined) start(resolver.register(track))
    const caller = waiting ?? resolve()
    start(resolver.cancel(camera))
    flush()
    operationsLeft = Infinity
    const outcome = Harness.outcomeOf(caller.pollUnsafe()!)
    close()
    return { outcome, steps: parse(traces[0]!).entries.map(({ command }): string => command._tag) }
  }

  const positions = Array.from({ length: 80 }, (_, n) => n)

  test("the answer stays, if the participant leaves before the caller has run", () => {
    const participant = { userId: camera.userId, sessionId: camera.sessionId }
    const track = { trackId: "t1", kind: "video", participant, trackType: "Video" } as const
    for (const nth of positions) {
      const { outcome, steps } = leaveWhileResolving(nth, 10_000, track)
      const isAnswered = steps.indexOf("Register") < steps.indexOf("Cancel")
      expect({ nth, outcome }).toEqual({ nth, outcome: isAnswered ? "t1" : "ParticipantLeftError" })
    }
  })

  test("the timeout stays, if the participant leaves before the caller has run", () => {
    for (const nth of positions) {
      const { outcome, steps } = leaveWhileResolving(nth, 0)
      const [resolved, left, abandoned] = ["Resolve", "Cancel", "Abandon"].map((step) => steps.indexOf(step))
      const hasLeft = resolved! < left! && left! < abandoned!
      expect({ nth, outcome }).toEqual({ nth, outcome: hasLeft ? "ParticipantLeftError" : "TrackTimeoutError" })
    }
  })
})

describe("Law 11: nothing is lost to interruption", () => {
  test.each(yields)(
    "an interrupted holder abandons its call before it releases the permit, with a yield after %d operations",
    (yieldAfter) => {
      const { close, flush, resolver, run, start } = Harness.make({}, yieldAfter)
      const [holder, queued] = [1, 2].map(() => {
        const caller = start(resolver.resolve(camera))
        flush()
        return caller
      })
      holder!.interruptUnsafe()
      flush()
      run(resolver.register({ trackId: "t1", kind: "video" }))
      expect(Harness.valueOf(queued!)).toBe("t1")
      close()
    }
  )
})

describe("Law 14: closing the scope interrupts the resolves in flight", () => {
  /** A resolve and the closing of its resolver run concurrently, with one yield before the nth operation. */
  const closeWhileResolving = (
    nth: number,
    { isResolveFirst, timeout, tracks }: {
      readonly isResolveFirst: boolean
      readonly timeout: number
      readonly tracks: ReadonlyArray<IncomingTrack>
    }
  ) => {
    let operationsLeft = Infinity
    const { flush, run, start } = Harness.make({}, () => operationsLeft-- === 0)
    const scope = Scope.makeUnsafe()
    const resolver = run(Scope.provide(TrackResolver.make(), scope))
    for (const track of tracks) run(resolver.register(track))
    operationsLeft = nth
    const resolve = () => start(resolver.resolve(camera, { timeout }))
    const first = isResolveFirst ? resolve() : undefined
    start(Scope.close(scope, Exit.void))
    const caller = first ?? resolve()
    flush()
    operationsLeft = Infinity
    const exit = caller.pollUnsafe()
    return { outcome: exit && Harness.outcomeOf(exit), sizes: run(resolver.sizes) }
  }

  const positions = Array.from({ length: 30 }, (_, n) => n)

  test("a resolve with a timeout of 0 ends, wherever the closing comes between", () => {
    for (const nth of positions) {
      const options = { isResolveFirst: true, timeout: 0, tracks: [] }
      const { outcome, sizes } = closeWhileResolving(nth, options)
      expect(["TrackTimeoutError", "interrupted"]).toContain(outcome)
      expect({ nth, ...sizes }).toEqual({ nth, ...nothing })
    }
  })

  test("a step that stops the expiry timer leaves nothing, while closing waits for that timer", () => {
    for (const nth of positions) {
      const options = { isResolveFirst: false, timeout: 60, tracks: [{ trackId: "t1", kind: "video" }] } as const
      const { outcome, sizes } = closeWhileResolving(nth, options)
      expect(["t1", "interrupted"]).toContain(outcome)
      expect({ nth, ...sizes }).toEqual({ nth, ...nothing })
    }
  })
})
