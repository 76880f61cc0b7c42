/**
 * Moderation over real sockets: what a moderator's request does to the moderated, to the others and to the moderator, who
 * may do it, and what the client makes of a coordinator that misbehaves.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import type { EdgeEvent, TrackType } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { LoopbackSfuOptions, ModerationCapability } from "effect-track-resolver-loopback"
import { Moderation } from "effect-track-resolver/stream-sfu"
import type { ModerationError } from "effect-track-resolver/stream-sfu"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ServerResponse } from "node:http"
import { listen } from "../../../test/support/httpServer.ts"
import * as AgentIn from "./support/agentIn.ts"
import * as Client from "./support/Client.ts"
import * as EventLog from "./support/EventLog.ts"
import { inCall } from "./support/inCall.ts"

const capabilities: ReadonlyArray<ModerationCapability> = [
  "mute-users",
  "kick-user",
  "block-users",
  "update-call-permissions",
  "end-call"
]

/** Eve may do everything. */
const moderated: LoopbackSfuOptions = { moderators: { eve: capabilities } }

/** Edges leave before the SFU closes: they would reconnect. */
const calling = <E>(
  name: string,
  body: (sfu: LoopbackSfu["Service"]) => Effect.Effect<unknown, E, LoopbackSfu | Scope.Scope>,
  options: LoopbackSfuOptions = moderated
): void => inCall(name, (sfu) => Effect.scoped(body(sfu)), options)

const moderationOf = Effect.fnUntraced(function*(userId: string) {
  const layer = Moderation.layer(yield* AgentIn.callOf("moderated", userId)).pipe(
    Layer.provide(NodeHttpClient.layerUndici)
  )
  return Context.get(yield* Layer.build(layer), Moderation)
})

const word = (event: EdgeEvent): string | undefined => {
  switch (event._tag) {
    case "TrackAdded":
      return `+ ${event.key.userId} ${event.key.trackType}`
    case "TrackRemoved":
      return `- ${event.key.userId} ${event.key.trackType}: ${event.reason}`
    case "ParticipantLeft":
      return `${event.participant.userId} left`
    case "CallEnded":
      return `ended: ${event.reason}`
    default:
      return undefined
  }
}

/** An edge in the call, as long as the scope, and its events in words. */
const enter = Effect.fnUntraced(function*(userId: string) {
  const edge = yield* AgentIn.enter("moderated", userId)
  const words = EventLog.make<string>()
  yield* edge.events.pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        const said = word(event)
        if (said !== undefined) words.add(said)
      })
    ),
    Effect.forkScoped
  )
  return {
    /** Media without a packet: only signalling matters here. */
    publish: (trackType: TrackType) => edge.publish({ trackType, media: Stream.never }),
    words: () => words.items,
    /** Once it has all of these, each as often as it is here. */
    saw: (...expected: ReadonlyArray<string>) => {
      const times = (items: ReadonlyArray<string>, one: string) => items.filter((item) => item === one).length
      return words.waitUntil((items) => expected.every((one) => times(items, one) >= times(expected, one)))
    }
  }
})

/** Bob publishes; Carol and Eve, the moderator, receive. */
const bobCarolAndEve = Effect.gen(function*() {
  const eve = yield* enter("eve")
  const bob = yield* enter("bob")
  const carol = yield* enter("carol")
  const audio = yield* bob.publish("Audio")
  const video = yield* bob.publish("Video")
  for (const one of [eve, carol]) yield* one.saw("+ bob Audio", "+ bob Video")
  return { sfu: yield* LoopbackSfu, moderation: yield* moderationOf("eve"), eve, bob, carol, audio, video }
})

const publishedTypes = Effect.gen(function*() {
  const { published } = yield* (yield* LoopbackSfu).groundTruth
  return published.map(({ trackType, userId }) => `${userId} ${trackType}`).toSorted()
})

/** The reasons of errors, in the order of the requests. */
const reasons = (requests: ReadonlyArray<Effect.Effect<void, ModerationError>>) =>
  Effect.forEach(requests, (request) => Effect.map(Effect.flip(request), ({ reason }) => reason))

describe("a moderator", () => {
  calling(
    "mutes tracks of another: all see it, the others of the track stay, and it can be published again",
    () =>
      Effect.gen(function*() {
        const { audio, bob, carol, eve, moderation } = yield* bobCarolAndEve
        yield* moderation.mute({ userIds: ["bob", "nobody"], trackTypes: ["Audio", "ScreenShare"] })
        for (const one of [eve, carol]) yield* one.saw("- bob Audio: Moderation")
        assert.deepInclude(yield* Effect.flip(audio.done), { _tag: "PublicationStoppedError", reason: "Moderation" })
        assert.deepStrictEqual(yield* publishedTypes, ["bob Video"])
        yield* bob.publish("Audio")
        for (const one of [eve, carol]) yield* one.saw("+ bob Audio", "+ bob Audio")
        assert.deepStrictEqual(yield* publishedTypes, ["bob Audio", "bob Video"])
        for (const one of [eve, carol]) assert.notInclude(one.words().join(), "- bob Video")
      })
  )

  calling("mutes everybody else", (sfu) =>
    Effect.gen(function*() {
      for (const userId of ["eve", "bob", "carol"]) {
        const one = yield* sfu.participant({ userId })
        yield* one.publish("Audio")
        yield* one.publish("Video")
      }
      yield* (yield* moderationOf("eve")).muteAll(["Audio"])
      assert.deepStrictEqual(yield* publishedTypes, ["bob Video", "carol Video", "eve Audio", "eve Video"])
    }))

  calling(
    "revokes a permission: its tracks end, it stays revoked for later sessions, until it is granted",
    (sfu) =>
      Effect.gen(function*() {
        const { audio, bob, carol, moderation, video } = yield* bobCarolAndEve
        yield* moderation.updatePermissions({ userId: "bob", revoke: ["audio"] })
        yield* carol.saw("- bob Audio: PermissionRevoked")
        assert.deepInclude(yield* Effect.flip(audio.done), { reason: "PermissionRevoked" })
        assert.deepInclude(yield* Effect.flip(bob.publish("Audio")), { _tag: "PublishError", reason: "NotAllowed" })
        const again = yield* sfu.participant({ userId: "bob", sessionId: "bob again" })
        assert.include((yield* Effect.flip(again.publish("Audio"))).message, "not allowed to publish Audio")
        // The grants alone also stop the publication, if they come first.
        const held = yield* sfu.control.signalling.hold({ to: "bob", type: "trackUnpublished" })
        yield* moderation.updatePermissions({ userId: "bob", grant: ["audio"], revoke: ["video"] })
        assert.deepInclude(yield* Effect.flip(video.done), { reason: "NotAllowed" })
        yield* held.release()
        yield* again.publish("Audio")
        yield* bob.publish("Audio")
        yield* carol.saw("- bob Video: PermissionRevoked", "+ bob Audio", "+ bob Audio", "+ bob Audio")
        assert.deepStrictEqual(yield* publishedTypes, ["bob Audio", "bob Audio"])
        assert.include((yield* Effect.flip(again.publish("Video"))).message, "not allowed to publish Video")
      })
  )

  calling("removes another in every session, who may come back", (sfu) =>
    Effect.gen(function*() {
      const { audio, bob, carol, eve, moderation } = yield* bobCarolAndEve
      const second = yield* Client.join({ userId: "bob", sessionId: "bob's phone" })
      yield* moderation.remove("bob")
      yield* bob.saw("ended: Kicked")
      assert.deepInclude(yield* Effect.flip(audio.done), { reason: "Ended" })
      assert.strictEqual((yield* second.awaitEvents("callEnded"))[0]?.callEnded?.reason, 3)
      yield* second.closed
      for (const one of [eve, carol]) yield* one.saw("bob left", "bob left")
      const { participants } = yield* sfu.groundTruth
      assert.deepStrictEqual(participants.map(({ userId }) => userId).toSorted(), ["carol", "eve"])
      yield* moderation.remove("bob")
      const back = yield* sfu.participant({ userId: "bob" })
      yield* back.publish("Audio")
      yield* sfu.waitUntil(({ published }) => published.length === 1)
    }))

  calling("ends the call for everybody", () =>
    Effect.gen(function*() {
      const { bob, carol, eve, moderation } = yield* bobCarolAndEve
      yield* moderation.endCall
      for (const one of [bob, carol, eve]) yield* one.saw("ended: Ended")
    }))
})

describe("a blocked user", () => {
  const refusedJoin = Effect.gen(function*() {
    const error = yield* Effect.flip(enter("bob"))
    assert.deepInclude(error, { _tag: "SfuJoinError", reason: "Refused", code: 17, shouldRetry: false })
  })

  calling(
    "is removed, and joins neither through the coordinator nor with an SFU's token, until the unblock",
    (sfu) =>
      Effect.gen(function*() {
        const moderation = yield* moderationOf("eve")
        const token = yield* sfu.token("bob")
        const bob = yield* Client.join({ userId: "bob", token })
        yield* moderation.block("bob")
        assert.strictEqual((yield* bob.awaitEvents("callEnded"))[0]?.callEnded?.reason, 3)
        yield* refusedJoin
        const refused = yield* Client.join({ userId: "bob", token })
        assert.deepInclude(refused.joinReply.error?.error, { code: 403, message: "the user is blocked" })
        assert.strictEqual(refused.joinReply.error?.reconnectStrategy, 1)
        assert.strictEqual(yield* refused.closed, 4101)
        assert.deepStrictEqual((yield* sfu.groundTruth).participants, [])
        yield* enter("carol")
        yield* moderation.block("bob")
        yield* moderation.unblock("bob")
        yield* enter("bob")
      })
  )

  calling("does not join if the block comes while the join is under way", (sfu) =>
    Effect.gen(function*() {
      const held = yield* sfu.control.requests.hold({ fromUser: "bob", method: "JoinRequest" })
      const joining = yield* Effect.forkChild(Client.join({ userId: "bob" }), { startImmediately: true })
      yield* held.waitFor(1)
      yield* (yield* moderationOf("eve")).block("bob")
      yield* held.release()
      assert.strictEqual((yield* Fiber.join(joining)).joinReply.error?.error?.code, 403)
    }))
})

/** Each request, of which Bob is the object. */
const requestsOf = (moderation: Moderation["Service"]) => [
  moderation.mute({ userIds: ["bob"], trackTypes: ["Audio"] }),
  moderation.muteAll(["Audio"]),
  moderation.remove("bob"),
  moderation.block("bob"),
  moderation.unblock("bob"),
  moderation.updatePermissions({ userId: "bob", revoke: ["audio"] }),
  moderation.endCall
]

describe("without the capability", () => {
  calling("a request is not permitted, and nothing changes", (sfu) =>
    Effect.gen(function*() {
      const bob = yield* sfu.participant({ userId: "bob" })
      const observer = yield* Client.join({ userId: "observer", receives: false })
      yield* bob.publish("Audio")
      yield* observer.awaitEvents("trackPublished")
      const before = observer.events().length
      // A user id that names a property of every object is no moderator.
      for (const userId of ["mallory", "constructor"]) {
        const requests = requestsOf(yield* moderationOf(userId))
        assert.deepStrictEqual(yield* reasons(requests), requests.map(() => "NotPermitted"))
        assert.deepInclude(yield* Effect.flip(requests[0]!), {
          code: 17,
          detail: "the coordinator: the user has no capability mute-users",
          shouldRetry: false
        })
      }
      yield* observer.awaitPriorEvents
      assert.deepStrictEqual(
        observer.eventTypes().slice(before).filter((type) => type !== "healthCheckResponse"),
        []
      )
      assert.deepStrictEqual(yield* publishedTypes, ["bob Audio"])
      yield* sfu.participant({ userId: "bob" })
    }))

  calling("each capability permits its own requests only", (sfu) =>
    Effect.gen(function*() {
      const permitted = new Map<ModerationCapability, ReadonlyArray<number>>([
        ["mute-users", [0, 1]],
        ["kick-user", [2]],
        ["block-users", [3, 4]],
        ["update-call-permissions", [5]],
        ["end-call", [6]]
      ])
      const moderation = yield* moderationOf("eve")
      for (const [capability, numbers] of permitted) {
        yield* sfu.control.configure({ moderators: { eve: [capability] } })
        const outcomes = yield* Effect.forEach(
          requestsOf(moderation),
          (request) => Effect.match(request, { onFailure: ({ reason }) => reason, onSuccess: () => "done" })
        )
        assert.deepStrictEqual(outcomes, outcomes.map((_, n) => numbers.includes(n) ? "done" : "NotPermitted"))
      }
    }))
})

describe("the coordinator", () => {
  calling(
    "lists what a user may do, and who is blocked",
    ({ apiKey, coordinatorUrl, userToken }) =>
      Effect.gen(function*() {
        const moderation = yield* moderationOf("eve")
        yield* moderation.block("mallory")
        yield* moderation.updatePermissions({ userId: "eve", revoke: ["video", "screenShare"] })
        const token = yield* userToken("eve")
        const described = yield* Effect.promise(async () =>
          (await fetch(`${coordinatorUrl}/call/default/moderated?api_key=${apiKey}`, {
            headers: { authorization: token }
          })).json() as Promise<Record<string, unknown>>
        )
        assert.deepStrictEqual(described["own_capabilities"], ["join-call", "send-audio", ...capabilities])
        assert.deepInclude(described["call"], { blocked_user_ids: ["mallory"] })
      })
  )

  calling(
    "refuses a body that names nobody or nothing, that is not JSON, or too large",
    (sfu) =>
      Effect.gen(function*() {
        const token = yield* sfu.userToken("eve")
        const bodies: ReadonlyArray<readonly [path: string, body: string]> = [
          ["mute_users", "{}"],
          ["mute_users", "{\"user_ids\":[\"bob\"]}"],
          ["mute_users", "{\"user_ids\":[],\"audio\":true}"],
          ["mute_users", "{\"user_ids\":[\"\"],\"audio\":true}"],
          ["mute_users", "{\"mute_all_users\":true,\"audio\":false}"],
          ["kick", "{}"],
          ["kick", ""],
          ["kick", "bob"],
          ["block", "{\"user_id\":\"\"}"],
          ["user_permissions", "{\"user_id\":\"bob\",\"grant_permissions\":[\"end-call\"]}"],
          ["block", JSON.stringify({ user_id: "x".repeat(1 << 20) })]
        ]
        const statuses = yield* Effect.forEach(bodies, ([path, body]) =>
          Effect.promise(async () => {
            const response = await fetch(
              `${sfu.coordinatorUrl}/call/default/moderated/${path}?api_key=${sfu.apiKey}`,
              { method: "POST", headers: { authorization: token }, body }
            )
            return [response.status, (await response.json() as { code: number }).code]
          }))
        assert.deepStrictEqual(statuses, [...bodies.slice(1).map(() => [400, 4]), [413, 4]])
      })
  )

  calling(
    "fails by injection, before or after the request is processed, and each failure has its reason",
    (sfu) =>
      Effect.gen(function*() {
        const { control } = sfu
        const bob = yield* sfu.participant({ userId: "bob" })
        yield* bob.publish("Audio")
        const moderation = yield* moderationOf("eve")
        const mute = moderation.mute({ userIds: ["bob"], trackTypes: ["Audio"] })
        const match = { method: "CoordinatorMuteUsers", fromUser: "eve" } as const
        const limited = { _tag: "Coordinator", status: 429, code: 9, message: "too many" } as const
        yield* control.failRequests(match, { ...limited, headers: { "retry-after": "7" } }, { times: 1 })
        yield* control.failRequests(match, { _tag: "Coordinator", status: 404, code: 16, message: "who?" }, {
          times: 1
        })
        yield* control.failRequests(match, { _tag: "Http", status: 200 }, { times: 1 })
        yield* control.failRequests(match, { _tag: "Http", status: 403 }, { times: 1 })
        yield* control.failRequests(match, { _tag: "Http", status: 502 }, { times: 1 })
        yield* control.failRequests(match, { _tag: "Disconnect" }, { times: 1 })
        const error = yield* Effect.flip(mute)
        assert.deepInclude(error, { reason: "RateLimited", code: 9, shouldRetry: true })
        assert.strictEqual(error.retryAfter && Duration.toSeconds(error.retryAfter), 7)
        assert.deepStrictEqual(
          yield* reasons([mute, mute, mute, mute, mute]),
          ["NotFound", "Malformed", "Malformed", "Unreachable", "Unreachable"]
        )
        assert.deepStrictEqual(yield* publishedTypes, ["bob Audio"])
        yield* control.failRequests(match, { _tag: "Disconnect" }, { times: 1, carriedOut: true })
        assert.deepStrictEqual(yield* reasons([mute]), ["Unreachable"])
        assert.deepStrictEqual(yield* publishedTypes, [])
        yield* mute
      })
  )

  calling("does not accept a token of another secret", (sfu) =>
    Effect.gen(function*() {
      const layer = Moderation.layer({
        ...(yield* AgentIn.callOf("moderated", "eve")),
        secret: Redacted.make("another secret")
      })
      const request = Moderation.use(({ endCall }) => endCall).pipe(
        Effect.provide(layer.pipe(Layer.provide(NodeHttpClient.layerUndici)))
      )
      yield* sfu.participant({ userId: "bob" })
      assert.deepInclude(yield* Effect.flip(request), { reason: "Unauthenticated", code: 5 })
      assert.strictEqual((yield* sfu.groundTruth).participants.length, 1)
    }))
})

describe("a hostile coordinator", () => {
  const endless = (response: ServerResponse): void => {
    const chunk = Buffer.alloc(1 << 16, "x")
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.writeHead(201).on("drain", more)
    more()
  }
  const json = (status: number, body: unknown) => (response: ServerResponse): void =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))

  it.live.each<readonly [what: string, reason: ModerationError["reason"], respond: (response: ServerResponse) => void]>(
    [
      ["a page", "Malformed", (response) => void response.writeHead(200).end("<html>welcome</html>")],
      ["a list", "Malformed", json(200, [])],
      ["a wrong type", "Malformed", json(201, { duration: [] })],
      ["a refusal with wrong types", "Malformed", json(403, { code: {}, message: "no" })],
      ["deep nesting", "Malformed", (response) => void response.writeHead(200).end("[".repeat(100_000))],
      ["a redirect", "Malformed", (response) => void response.writeHead(308, { location: "/" }).end("{}")],
      ["no end", "TooLarge", endless],
      ["a declared size", "TooLarge", (response) => void response.writeHead(201, { "content-length": 1e9 }).write("{")],
      ["half an answer", "Unreachable", (response) => {
        response.writeHead(201, { "content-length": 100 }).write("{\"duration\"", () => response.destroy())
      }],
      ["nothing", "Unreachable", (response) => void response.destroy()]
    ]
  )("with %s fails the request with %s", ([, reason, respond]) =>
    Effect.gen(function*() {
      const { url: baseUrl } = yield* listen((_, response) => respond(response))
      const layer = Moderation.layerUserToken({
        baseUrl,
        apiKey: "key",
        callType: "default",
        callId: "moderated",
        maxFrameBytes: 1 << 20,
        userToken: Effect.succeed(Redacted.make("secret-token-of-eve"))
      })
      const error = yield* Effect.flip(Moderation.use(({ remove }) => remove("bob"))).pipe(
        Effect.provide(layer.pipe(Layer.provide(NodeHttpClient.layerUndici)))
      )
      assert.deepInclude(error, { _tag: "ModerationError", request: "remove", reason })
      assert.notInclude(`${error.message} ${JSON.stringify(error)}`, "secret-token")
      assert.isBelow(error.message.length, 400)
    }).pipe(Effect.scoped))
})
