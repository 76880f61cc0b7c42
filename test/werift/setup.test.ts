/**
 * The DTLS roles that an offer and its answer agree on (`a=setup`, RFC 8842), over ICE and DTLS on 127.0.0.1.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { openSfu, openSubscriber, receiveTexts, untilState } from "./Sfu.ts"

const setupsOf = (sdp: string): ReadonlyArray<string> =>
  Array.from(new Set(Array.from(sdp.matchAll(/^a=setup:(\S+)/gm), ([, setup]) => setup!)))

const withSetup = (setup: string) => (sdp: string): string => sdp.replace(/^a=setup:.*$/gm, `a=setup:${setup}\r`)

const open = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const voice = sfu.publish("audio", "alice")
  return { sfu, subscriber, voice }
})

describe("a=setup", () => {
  it.live.each(
    [["actpass", "active", "client"], ["passive", "active", "client"], ["active", "passive", "server"]] as const
  )(
    "an offer with %s is answered %s, both sides connect, and media flows",
    ([offered, answered, role]) =>
      Effect.gen(function*() {
        const { sfu, subscriber, voice } = yield* open
        const sdp = yield* sfu.offer()
        const { media, sdp: answer } = yield* subscriber.answer(withSetup(offered)(sdp))
        assert.deepStrictEqual(setupsOf(answer), [answered])
        yield* sfu.accept(answer)
        yield* untilState(subscriber, "connected")
        assert.strictEqual(sfu.connection.dtlsTransports[0]!.role, role === "client" ? "server" : "client")
        yield* receiveTexts(media[0]!, () => voice.send("alice"), 1)
        // Later offers of the same association keep the roles.
        for (const again of ["actpass", offered]) {
          const next = yield* subscriber.answer(withSetup(again)(yield* sfu.offer()))
          assert.deepStrictEqual(setupsOf(next.sdp), [answered])
          yield* sfu.accept(next.sdp)
        }
        yield* receiveTexts(media[0]!, () => voice.send("alice"), 1)
      })
  )

  it.live("an offer that exchanges the roles of the association fails, and the call goes on", () =>
    Effect.gen(function*() {
      const { sfu, subscriber, voice } = yield* open
      const [media] = yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      const exit = yield* Effect.exit(subscriber.answer(withSetup("active")(yield* sfu.offer())))
      assert.match(String(Exit.isFailure(exit) && exit.cause), /setup:active, but this side is the DTLS client/)
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      const [again] = yield* sfu.exchange(subscriber)
      assert.strictEqual(again, media)
      yield* receiveTexts(media!, () => voice.send("alice"), 1)
    }))

  it.live.each(["holdconn", "unknown", ""])(
    "an offer with %s fails, and a later one connects",
    (setup) =>
      Effect.gen(function*() {
        const { sfu, subscriber } = yield* open
        const sdp = yield* sfu.offer()
        const exit = yield* Effect.exit(subscriber.answer(withSetup(setup)(sdp)))
        assert.match(String(Exit.isFailure(exit) && exit.cause), /no a=setup:actpass, active or passive/)
        const { sdp: answer } = yield* subscriber.answer(sdp)
        yield* sfu.accept(answer)
        yield* untilState(subscriber, "connected")
      })
  )
})
