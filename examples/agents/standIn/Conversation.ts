/**
 * A call on a loopback SFU, in this process: Alice and Bob talk in the language of `Words`, mute, switch microphones and leave;
 * Carol and Dave have cameras. It takes some twenty seconds, and then the call ends.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { StreamEdge } from "effect-track-resolver"
import type { PeerConnectionFactory, SfuClient } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { Speaker } from "effect-track-resolver/media"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Words from "./Words.ts"

/** The ports with which an edge joins as this user. */
export type Ports = (userId: string) => Layer.Layer<SfuClient | PeerConnectionFactory>

export const ports = Effect.map(LoopbackSfu, ({ apiKey, apiSecret, coordinatorUrl }): Ports => (userId) =>
  Layer.merge(
    StreamCall.layer({
      baseUrl: coordinatorUrl,
      apiKey,
      secret: apiSecret,
      callType: "default",
      callId: "conversation",
      userId
    }),
    WeriftPeerConnection.layer({ loopbackOnly: true })
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])))

const sampleRate = 16_000

/** Of 20 ms. */
const silence = new Int16Array(sampleRate / 50)

export interface Microphone extends Speaker.Speaker {
  /** Returns when the agent receives the track. An agent that only looks never does. */
  readonly heard: Effect.Effect<void, Speaker.SpeakerStoppedError>
  /** Returns when the words have been said. */
  readonly say: (text: string) => Effect.Effect<void, Speaker.SpeakerStoppedError>
}

/** A person. Leaves with the scope. */
export const person = Effect.fnUntraced(function*(name: string, agent: string, ports: Ports) {
  const { control, groundTruth } = yield* LoopbackSfu
  const userId = name.toLowerCase()
  yield* control.updateProfile(userId, { name })
  const services = yield* Layer.build(
    StreamEdge.layer({ subscribe: () => false }).pipe(Layer.provide(ports(userId)))
  )
  const edge = Context.get(services, StreamEdge)

  const packetsForwarded = Effect.map(groundTruth, ({ forwarded }) =>
    forwarded
      .filter(({ key, to }) => key.userId === userId && to.userId === agent)
      .reduce((sum, { packets }) => sum + packets, 0))

  /** The publication ends with the scope. */
  const microphone = Effect.gen(function*() {
    const speaker = yield* Speaker.make(edge, { sampleRate })
    const heard = Effect.gen(function*() {
      const enough = (yield* packetsForwarded) + 10
      while ((yield* packetsForwarded) < enough) yield* Effect.andThen(speaker.write(silence), speaker.drained)
    }).pipe(Effect.timeoutOption("5 seconds"), Effect.asVoid)
    const microphone: Microphone = {
      ...speaker,
      heard,
      say: (text) =>
        Effect.gen(function*() {
          yield* heard
          yield* speaker.write(Words.say(text, sampleRate))
          yield* speaker.end
          yield* speaker.drained
        })
    }
    return microphone
  })
  return { microphone }
})

/** Somebody whose camera shows a colour. */
const camera = Effect.fnUntraced(function*(name: string) {
  const { participant } = yield* LoopbackSfu
  const simulated = yield* participant({ userId: name.toLowerCase(), profile: { name } })
  yield* simulated.publish("Video")
  return simulated
})

/** Longer than the silence that ends an utterance. */
const pause = Effect.sleep("1 second")

/** Time for an answer. */
const longPause = Effect.sleep("3 seconds")

/** Begins when the agent has joined. */
export const conversation = Effect.fnUntraced(function*(agent: string, ports: Ports) {
  const { control, waitUntil } = yield* LoopbackSfu
  yield* waitUntil(({ participants }) => participants.some(({ userId }) => userId === agent))
  yield* camera("Carol")
  const dave = yield* camera("Dave")
  const alice = yield* person("Alice", agent, ports)

  /** Bob leaves within a word. */
  const talkWith = Effect.fnUntraced(function*(hers: Microphone) {
    const his = yield* (yield* person("Bob", agent, ports)).microphone
    yield* his.say("no never")
    yield* pause
    yield* hers.mute
    yield* dave.mute("Video")
    yield* longPause
    yield* dave.unmute("Video")
    yield* hers.unmute
    yield* hers.say("yes maybe tomorrow")
    yield* pause
    yield* his.heard
    yield* his.write(Words.say("goodbye congratulations", sampleRate))
    yield* Effect.sleep(Words.durationOf("goodbye") + Words.durationOf("congratulations") / 2)
  }, Effect.scoped)

  const firstMicrophone = Effect.gen(function*() {
    const microphone = yield* alice.microphone
    yield* microphone.say("hello")
    yield* longPause
    yield* microphone.say("please red green blue")
    yield* pause
    yield* talkWith(microphone)
    yield* pause
  })
  const secondMicrophone = Effect.gen(function*() {
    const microphone = yield* alice.microphone
    yield* microphone.say("thanks goodbye")
    yield* longPause
  })
  yield* Effect.scoped(firstMicrophone)
  yield* Effect.scoped(secondMicrophone)
  yield* control.endCall("SessionEnded")
}, Effect.scoped)
