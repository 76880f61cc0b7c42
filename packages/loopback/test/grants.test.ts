/**
 * What each session of a user may publish, when one right of the user is changed.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe } from "@effect/vitest"
import { Moderation } from "effect-track-resolver/stream-sfu"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { callOf } from "./support/agentIn.ts"
import { inCall } from "./support/inCall.ts"

const moderation = Effect.gen(function*() {
  const layer = Moderation.layer(yield* callOf("call", "eve"))
  return Context.get(yield* Layer.build(Layer.provide(layer, NodeHttpClient.layerUndici)), Moderation)
})

describe("a change of one right", () => {
  inCall(
    "leaves the other rights of each session as they are, and its tracks",
    ({ control, groundTruth, participant }) =>
      Effect.gen(function*() {
        const { updatePermissions } = yield* moderation
        const bob = yield* participant({ userId: "bob", sessionId: "first" })
        const other = yield* participant({ userId: "bob", sessionId: "second" })
        for (const trackType of ["Audio", "Video"] as const) yield* bob.publish(trackType)
        yield* control.updateGrants("first", { audio: false, video: true, screenShare: true })
        yield* updatePermissions({ userId: "bob", revoke: ["video"] })
        assert.deepStrictEqual((yield* groundTruth).published.map(({ trackType }) => trackType), ["Audio"])
        assert.include((yield* Effect.flip(bob.publish("Video"))).message, "not allowed to publish Video")
        yield* bob.mute("Audio")
        assert.include((yield* Effect.flip(bob.unmute("Audio"))).message, "not allowed to publish Audio")
        yield* other.publish("Audio")
        const later = yield* participant({ userId: "bob", sessionId: "third" })
        yield* later.publish("Audio")
        assert.include((yield* Effect.flip(later.publish("Video"))).message, "not allowed to publish Video")
      }),
    { moderators: { eve: ["update-call-permissions"] } }
  )
})
