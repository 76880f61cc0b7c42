/**
 * Browsers in a call of the loopback SFU: each page shows and plays every track under its owner's name and no other.
 */
import { assert, layer } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { TrackResolver } from "effect-track-resolver"
import { LoopbackSfu, Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { agentLayer, follow } from "./Agent.ts"
import { Chromium, enter, observationOf } from "./Browser.ts"
import type { PageOptions, PageUser } from "./Browser.ts"

type UserOptions = Omit<PageOptions, "url">

const ada: UserOptions = { name: "ada", colours: ["red", "cyan"], tones: [400, 1_600] }
const bob: UserOptions = { name: "bob", colours: ["green", "magenta"], tones: [700, 2_200] }
const carol: UserOptions = { name: "carol", colours: ["blue", "yellow"], tones: [1_100, 2_900] }

const device: ReadonlyArray<TrackType> = ["Audio", "Video"]
const screen: ReadonlyArray<TrackType> = ["ScreenShare", "ScreenShareAudio"]

/** Everything that a page may ever have observed: what each other page published, under its name. */
const only = (...published: ReadonlyArray<readonly [PageUser, ReadonlyArray<TrackType>]>) =>
  published.flatMap(([user, types]) => types.map((type) => observationOf(user, type))).toSorted()

layer(Chromium.layer, { excludeTestServices: true, timeout: "1 minute" })((it) => {
  it.effect("each page shows and plays the tracks of each other page under its name, and no others", () =>
    Effect.gen(function*() {
      const { pageUrl: url } = yield* LoopbackSfu
      const [a, b, c] = yield* Effect.all([enter({ ...ada, url }), enter({ ...bob, url }), enter({ ...carol, url })])
      for (const [one, other] of [[a, b], [a, c], [b, a], [b, c], [c, a], [c, b]] as const) {
        yield* one.observes(other, ...device)
      }
      yield* b.click("screen")
      yield* c.click("screen")
      for (const [one, other] of [[a, b], [a, c], [b, c], [c, b]] as const) yield* one.observes(other, ...screen)

      yield* b.click("microphone")
      yield* a.observesNo(b, "Audio")
      yield* c.click("camera")
      yield* a.observesNo(c, "Video")
      yield* c.click("screen")
      yield* a.observesNo(c, ...screen)
      yield* a.observes(b, "Video", ...screen)
      yield* b.click("microphone")
      yield* c.click("camera")
      yield* c.click("screen")
      yield* a.observes(b, ...device, ...screen)
      yield* a.observes(c, ...device, ...screen)

      const everything = [...device, ...screen]
      assert.deepStrictEqual(yield* a.observed, only([b, everything], [c, everything]))
      assert.deepStrictEqual(yield* b.observed, only([a, device], [c, everything]))
      assert.deepStrictEqual(yield* c.observed, only([a, device], [b, everything]))
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

  it.effect("a reloaded page is another session of the same user, and its former session leaves", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const a = yield* enter({ ...ada, url: sfu.pageUrl })
      const b = yield* enter({ ...bob, url: sfu.pageUrl })
      yield* b.observes(a, ...device)
      const before = yield* a.sessionId
      yield* a.reload
      const after = yield* a.sessionId
      assert.notStrictEqual(after, before)
      yield* sfu.waitUntil(({ participants }) => participants.every(({ sessionId }) => sessionId !== before))
      yield* b.observes(a, ...device)
      yield* a.observes(b, ...device)
      assert.strictEqual(yield* Effect.promise(() => b.page.locator("[data-user=ada]").count()), 1)
      assert.deepStrictEqual(yield* b.observed, only([a, device]))
      const [first, second] = a.joins
      assert.strictEqual(first?.reconnectDetails ?? undefined, undefined)
      assert.strictEqual(
        second?.reconnectDetails?.strategy,
        Wire.ReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_REJOIN
      )
      assert.strictEqual(second?.reconnectDetails?.previousSessionId, before)
      assert.strictEqual(second?.unifiedSessionId, before)
      yield* a.click("leave")
      yield* a.shows("You have left the call.")
      yield* sfu.waitUntil(({ participants }) => participants.length === 1)
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

  it.effect("the agent receives a page's tracks under its name and session, with their packets", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const { sizes } = yield* TrackResolver
      const agent = yield* follow
      const a = yield* enter({ ...ada, url: sfu.pageUrl })
      const first = yield* a.sessionId
      yield* a.click("screen")
      yield* agent.has("ada", first, ...device, ...screen)
      for (const type of [...device, ...screen]) {
        const packets = yield* agent.packets("ada", first, type, 10)
        assert.strictEqual(new Set(packets.map(({ ssrc }) => ssrc)).size, 1)
      }
      yield* a.click("microphone")
      yield* agent.has("ada", first, "Video", ...screen)
      yield* a.click("screen")
      yield* agent.has("ada", first, "Video")
      yield* a.click("microphone")
      yield* agent.has("ada", first, ...device)
      yield* a.click("screen")
      yield* agent.has("ada", first, ...device, ...screen)
      for (const type of [...device, ...screen]) yield* agent.packets("ada", first, type, 10)

      yield* a.reload
      const second = yield* a.sessionId
      yield* agent.has("ada", second, ...device)
      yield* agent.waitForParticipants(second)
      for (const type of device) yield* agent.packets("ada", second, type, 10)

      yield* a.click("leave")
      yield* agent.waitForParticipants()
      yield* agent.has("ada", second)
      yield* Effect.repeat(sizes, {
        until: (sizes) => Object.values(sizes).every((size) => size === 0),
        schedule: Schedule.spaced("50 millis")
      })
      assert.deepStrictEqual(agent.events.filter(({ _tag }) => _tag === "TrackUnresolved" || _tag === "CallEnded"), [])
    }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(agentLayer, LoopbackSfu.layer()))))

  it.effect("a page whose socket is lost goes on with the same session, and says so meanwhile", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const a = yield* enter({ ...ada, url: sfu.pageUrl })
      const b = yield* enter({ ...bob, url: sfu.pageUrl })
      yield* b.observes(a, ...device)
      const before = yield* a.sessionId
      const reconnecting = yield* Effect.forkChild(a.state("Reconnecting"))
      yield* sfu.control.closeSocket(before)
      yield* Fiber.join(reconnecting)
      yield* a.state("Connected")
      assert.strictEqual(yield* a.sessionId, before)
      assert.isTrue(a.joins.at(-1)?.fastReconnect)
      yield* a.click("camera")
      yield* b.observesNo(a, "Video")
      yield* a.click("camera")
      yield* b.observes(a, ...device)
      yield* a.observes(b, ...device)
      assert.deepStrictEqual(yield* b.observed, only([a, device]))
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

  it.effect("a page publishes on the next socket what failed because the last one was lost", () =>
    Effect.gen(function*() {
      const { control, pageUrl: url } = yield* LoopbackSfu
      const a = yield* enter({ ...ada, url })
      const b = yield* enter({ ...bob, url })
      yield* b.observes(a, ...device)
      const from = yield* a.sessionId
      const request = { method: "SetPublisher", from } as const
      const held = yield* control.requests.hold(request)
      yield* a.click("screen")
      yield* held.waitFor(1)
      const reconnecting = yield* Effect.forkChild(a.state("Reconnecting"))
      yield* control.closeSocket(from)
      yield* Fiber.join(reconnecting)
      yield* a.state("Connected")
      yield* control.failRequests(request, { _tag: "Sfu", code: 500, message: "no" }, { times: 1 })
      yield* held.release()
      yield* b.observes(a, ...device, ...screen)
      assert.strictEqual(yield* a.sessionId, from)
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

  it.effect("a page rejoins a restarted SFU as another session", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const pageSecret = Redacted.make(randomBytes(32).toString("base64url"))
      const sfu = yield* Scope.provide(LoopbackSfu.make({ pageSecret }), scope)
      const a = yield* enter({ ...ada, url: sfu.pageUrl })
      const before = yield* a.sessionId
      yield* Scope.close(scope, Exit.void)
      yield* a.state("Reconnecting")
      const again = yield* LoopbackSfu.make({ port: Number(new URL(sfu.pageUrl).port), pageSecret })
      yield* a.state("Connected")
      const b = yield* enter({ ...bob, url: again.pageUrl })
      yield* b.observes(a, ...device)
      assert.notStrictEqual(yield* a.sessionId, before)
    }).pipe(Effect.scoped))

  it.effect("a page that is refused the camera joins without it and shows why", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const a = yield* enter({ ...ada, url: sfu.pageUrl, denies: "camera" })
      const b = yield* enter({ ...bob, url: sfu.pageUrl })
      yield* a.shows("does not give access to the camera")
      yield* b.observes(a, "Audio")
      yield* a.observes(b, ...device)
      assert.deepStrictEqual(
        (yield* sfu.groundTruth).participants.map(({ published }) => published.toSorted()),
        [["Audio"], ["Audio", "Video"]]
      )
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

  it.effect("participants whose video cannot be decoded are shown with a note, and as silent", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const robin = yield* sfu.participant({ userId: "robin", media: "marksOnly" })
      yield* robin.publish("Audio")
      yield* robin.publish("Video")
      const a = yield* enter({ ...ada, url: sfu.pageUrl })
      yield* a.shows("This browser cannot decode its video.")
      const tile = a.page.locator("[data-user=robin]")
      yield* Effect.promise(() => tile.locator(".rate", { hasText: /^[1-9]\d* packets\/s$/ }).waitFor())
      assert.strictEqual(yield* Effect.promise(() => tile.getAttribute("data-speaking")), null)
      assert.deepStrictEqual(yield* a.observed, [])
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))
})
