/**
 * `npm start`: a call with real connections. The loopback SFU serves the call on 127.0.0.1. Simulated participants play a
 * script, each with its own WebSocket, Twirp client and peer connection. `StreamEdge` joins through the coordinator, as an
 * agent does. During the call the agent loses its socket, its SFU and its session. Each packet contains the track key of its
 * publication, which only the check at the end reads.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { formatTrackKey } from "effect-track-resolver"
import type { Participant } from "effect-track-resolver"
import { LoopbackSfu, Payload, randomSettings } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import { Command, Flag } from "effect/cli"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { call } from "./call.ts"
import { injectFaults } from "./injectFaults.ts"
import { generate } from "./Script.ts"

const agent: Participant = { userId: "agent", sessionId: "agent-1" }

const ownerOf = (payload: Uint8Array): string => {
  const mark = Payload.read(payload)
  return mark === undefined ? "an unknown publication" : formatTrackKey(mark.key)
}

interface Options {
  readonly participants: number
  readonly seconds: number
  readonly seed: number
  readonly keepOpen: boolean
}

const main = ({ keepOpen, participants, seconds, seed }: Options) =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const script = yield* generate({ participants, seconds, seed })
    // SFUs differ in these points. The seed chooses, and the edge must be correct with each choice.
    const chosen = yield* Random.withSeed(randomSettings, seed)
    yield* sfu.control.configure(chosen)
    // With implicit audio, a microphone track arrives before its signalling. All other tracks arrive after it.
    yield* sfu.control.signalling.delay(
      { toUser: agent.userId, type: "trackPublished", trackType: "Audio" },
      "150 millis"
    )
    yield* Console.log(`call at ${sfu.coordinatorUrl}: ${participants} users, ${seconds} s, seed ${seed}`)
    yield* Console.log(
      `SFU settings: ${Object.entries(chosen).map(([name, choice]) => `${name}=${choice}`).join(", ")}\n`
    )
    const layer = Layer.merge(
      StreamCall.layer({
        baseUrl: sfu.coordinatorUrl,
        apiKey: sfu.apiKey,
        secret: sfu.apiSecret,
        callType: "default",
        callId: "start",
        userId: agent.userId
      }),
      WeriftPeerConnection.layer({ loopbackOnly: true })
    ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
    const keepOpenForever = Effect.andThen(
      Console.log(
        "\nThe call stays open until Ctrl-C. Join it with a browser on this machine. The address contains a secret: anybody "
          + `who has it can join.\n  ${sfu.pageUrl}`
      ),
      Effect.never
    )
    yield* call({
      harness: { join: sfu.participant },
      script,
      layer,
      sessionId: agent.sessionId,
      participants: Effect.map(
        sfu.groundTruth,
        ({ participants }) => participants.filter(({ userId }) => userId !== agent.userId)
      ),
      ownerOf,
      injectFaults: injectFaults(sfu, { seconds, userId: agent.userId }),
      afterCheck: keepOpen ? keepOpenForever : undefined
    })
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ nodes: 2 })))

const options = {
  participants: Flag.Int("participants").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 }))),
    Flag.withDefault(6),
    Flag.withDescription("the number of users, from 1 to 50; there are six behaviours, and user 7 behaves as user 1")
  ),
  seconds: Flag.Int("seconds").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 10, maximum: 3_600 }))),
    Flag.withDefault(15),
    Flag.withDescription("the duration of the call, from 10 to 3600 seconds")
  ),
  seed: Flag.Int("seed").pipe(
    Flag.withDefault(1),
    Flag.withDescription("determines the times of the actions and the settings of the SFU")
  ),
  keepOpen: Flag.Boolean("keep-open").pipe(
    Flag.withDefault(false),
    Flag.withDescription("keeps the call open after the check, for other clients to join")
  )
}

const command = Command.make("call", options, main).pipe(
  Command.withDescription(
    "Runs a call on 127.0.0.1 with StreamEdge. Exits with 1 if a packet is misrouted, or a track is missing or left over."
  )
)

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
