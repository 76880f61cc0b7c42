/**
 * `npm start`: a call with real connections. The loopback SFU serves it on 127.0.0.1, several people play a script in it,
 * each over a WebSocket, Twirp and a peer connection of their own, and `StreamEdge` joins it as an agent would, through the
 * coordinator. Meanwhile it loses its socket, its SFU and its session. Every packet says whose it is, which nobody reads but
 * the check at the end.
 */
import { NodeHttpClient, NodeRuntime, NodeServices, NodeSocket } from "@effect/platform-node"
import { formatTrackKey } from "effect-track-resolver"
import type { Participant } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import type { SettingsOptions } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import { Command, Flag } from "effect/cli"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"

import { call } from "./call.ts"
import { befall } from "./injectFaults.ts"
import { script } from "./Script.ts"

const robot: Participant = { userId: "robot", sessionId: "robot-1" }

const senderOf = (payload: Uint8Array): string => {
  const mark = Payload.read(payload)
  return mark === undefined ? "nobody" : formatTrackKey(mark.key)
}

interface Options {
  readonly participants: number
  readonly seconds: number
  readonly seed: number
  readonly keepOpen: boolean
}

type Choices = { readonly [setting in keyof SettingsOptions]: Effect.Effect<SettingsOptions[setting]> }

/** What is not known about SFUs in the field, the seed decides: an edge has to be right with each. */
const settings = (seed: number): Effect.Effect<SettingsOptions> =>
  Effect.all(
    {
      participantInTrackEvents: Random.nextBoolean,
      unpublishOnLeave: Random.nextBoolean,
      implicitAudio: Random.nextBoolean,
      retiredSection: Random.choice(["inactive", "stays", "stopped"] as const),
      reuseSection: Random.choice(["never", "afterInactive", "live"] as const),
      reuseSsrc: Random.choice(["same", "new"] as const),
      sectionDirection: Random.choice(["sendonly", "sendrecv"] as const),
      trickle: Random.nextBoolean,
      prefix: Random.choice(["perSession", "perNode"] as const),
      previousSession: Random.choice(["leavesFirst", "leavesAfter", "staysForDeadline"] as const),
      migrationComplete: Random.choice(["oldSocket", "newSocket"] as const)
    } satisfies Choices
  ).pipe(Random.withSeed(seed))

const main = ({ keepOpen, participants, seconds, seed }: Options) =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const parts = yield* script({ participants, seconds, seed })
    const chosen = yield* settings(seed)
    yield* sfu.control.configure(chosen)
    // Of microphones the track comes first wherever the SFU sends them unasked; of everything else the announcement.
    yield* sfu.control.signalling.delay(
      { toUser: robot.userId, type: "trackPublished", trackType: "Audio" },
      "150 millis"
    )
    yield* Console.log(`a call at ${sfu.coordinatorUrl}: ${participants} people, ${seconds} s, seed ${seed}`)
    yield* Console.log(`this SFU: ${Object.entries(chosen).map(([name, choice]) => `${name} ${choice}`).join(", ")}\n`)
    const layer = Layer.merge(
      StreamCall.layer({
        baseUrl: sfu.coordinatorUrl,
        apiKey: sfu.apiKey,
        secret: sfu.apiSecret,
        callType: "default",
        callId: "start",
        userId: robot.userId
      }),
      WeriftPeerConnection.layer({ loopbackOnly: true })
    ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
    const staysOpen = Effect.andThen(
      Console.log(
        `\nthe call goes on until Ctrl-C; join it with a browser on this machine:\n  ${sfu.pageUrl}`
      ),
      Effect.never
    )
    yield* call({
      stage: { join: sfu.participant },
      layer,
      sessionId: robot.sessionId,
      parts,
      alongside: befall(sfu, { seconds, userId: robot.userId }),
      people: Effect.map(
        sfu.groundTruth,
        ({ participants }) =>
          participants.filter(({ userId }) => userId !== robot.userId).map(({ sessionId }) => sessionId)
      ),
      senderOf,
      encore: keepOpen ? staysOpen : undefined
    })
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ nodes: 2 })))

const options = {
  participants: Flag.Int("participants").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 }))),
    Flag.withDefault(6),
    Flag.withDescription("how many people, 50 at the most; six behave in six ways, and more begin again")
  ),
  seconds: Flag.Int("seconds").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 10, maximum: 3_600 }))),
    Flag.withDefault(15),
    Flag.withDescription("how long the call is; at least 10, for everybody to get their say")
  ),
  seed: Flag.Int("seed").pipe(Flag.withDefault(1), Flag.withDescription("decides when who does what")),
  keepOpen: Flag.Boolean("keep-open").pipe(
    Flag.withDefault(false),
    Flag.withDescription("leaves the call open after the last deed, for other clients to join")
  )
}

const command = Command.make("call", options, main).pipe(
  Command.withDescription(
    "A call on 127.0.0.1, followed by StreamEdge; exits with 1 if a packet or a track is not where it belongs."
  )
)

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
