/**
 * Valid frames of an SFU, and mutations of them as line noise, bugs or attacks produce them. A seed always gives the same
 * mutations.
 */
import { stream } from "../../src/stream-sfu/generated/sfu.js"
import { encodeEvent, joinResponse, type SfuEvent } from "./FakeSfu.ts"

const { PeerType, TrackType } = stream.video.sfu.models

const bob = {
  userId: "bob",
  sessionId: "bob-1",
  trackLookupPrefix: "a1b2c3d4e5f60718",
  publishedTracks: [TrackType.TRACK_TYPE_AUDIO, TrackType.TRACK_TYPE_SCREEN_SHARE],
  joinedAt: { seconds: 1_700_000_000, nanos: 1 },
  custom: { fields: { deep: { listValue: { values: [{ structValue: { fields: { a: { stringValue: "é" } } } }] } } } },
  audioLevel: 0.5,
  roles: ["user"]
}

const track = { userId: "bob", sessionId: "bob-1", type: TrackType.TRACK_TYPE_VIDEO, participant: bob }

const publishOptions = [
  { id: 1, trackType: 1, codec: { name: "opus", clockRate: 48_000, encodingParameters: "2" } },
  { id: 2, trackType: 2, bitrate: -1, codec: { name: "VP9", clockRate: 90_000, payloadType: 98 } }
]

/** At least one of each payload. */
export const valid: ReadonlyArray<SfuEvent> = [
  joinResponse,
  { joinResponse: { reconnected: true, fastReconnectDeadlineSeconds: 20, publishOptions } },
  { subscriberOffer: { sdp: "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", negotiationId: 3, iceRestart: true } },
  { publisherAnswer: { sdp: "v=0" } },
  { iceTrickle: { peerType: PeerType.PEER_TYPE_SUBSCRIBER, iceCandidate: "{\"candidate\":\"c\",\"sdpMid\":\"0\"}" } },
  { iceTrickle: { peerType: PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED, iceCandidate: "{\"candidate\":\"c\"}" } },
  { iceRestart: { peerType: PeerType.PEER_TYPE_SUBSCRIBER } },
  { healthCheckResponse: { participantCount: { total: 2, anonymous: 1 } } },
  { participantMigrationComplete: {} },
  { goAway: { reason: 2 } },
  { participantJoined: { callCid: "default:1", participant: bob, isPinned: true } },
  { participantUpdated: { callCid: "default:1", participant: bob } },
  { participantLeft: { callCid: "default:1", participant: bob } },
  { trackPublished: track },
  { trackUnpublished: { ...track, cause: 1 } },
  {
    inboundStateNotification: {
      inboundVideoStates: [{ userId: "bob", sessionId: "bob-1", trackType: 2, paused: true }]
    }
  },
  { changePublishQuality: { videoSenders: [{ trackType: 2, layers: [{ name: "f", scaleResolutionDownBy: 2 }] }] } },
  { changePublishOptions: { reason: "why", publishOptions } },
  { callGrantsUpdated: { currentGrants: { canPublishAudio: true }, message: "m" } },
  { error: { error: { code: 500, message: "m", shouldRetry: true }, reconnectStrategy: 3 } },
  { callEnded: { reason: 1 } },
  {
    connectionQualityChanged: {
      connectionQualityUpdates: [{ userId: "bob", sessionId: "bob-1", connectionQuality: 3 }]
    }
  },
  { audioLevelChanged: { audioLevels: [{ userId: "bob", sessionId: "bob-1", level: 0.1, isSpeaking: true }] } },
  { dominantSpeakerChanged: { userId: "bob", sessionId: "bob-1" } },
  { pinsUpdated: { pins: [{ userId: "bob", sessionId: "bob-1" }] } }
]

const encoded = valid.map(encodeEvent)

/** Uniform 32-bit numbers (mulberry32). */
const randomFrom = (seed: number): () => number => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** Endless. Each frame is a new array. */
export function* mutated(seed: number): Generator<Uint8Array, never> {
  const random = randomFrom(seed)
  const below = (n: number): number => random() % n
  const pick = (): Uint8Array => encoded[below(encoded.length)]!
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256))
  const join = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))

  const mutations: ReadonlyArray<() => Uint8Array> = [
    // Flips bits.
    () => {
      const frame = Uint8Array.from(pick())
      for (let n = below(4); n >= 0 && frame.length > 0; n--) frame[below(frame.length)]! ^= 1 << below(8)
      return frame
    },
    // Replaces bytes by lengths, tags and limits of numbers.
    () => {
      const frame = Uint8Array.from(pick())
      for (let n = below(4); n >= 0 && frame.length > 0; n--) {
        frame[below(frame.length)] = [0, 1, 2, 7, 8, 10, 0x7f, 0x80, 0xff][below(9)]!
      }
      return frame
    },
    // Truncates.
    () => {
      const frame = pick()
      return frame.slice(0, below(frame.length + 1))
    },
    // Joins the head of one frame and the tail of another.
    () => {
      const [head, tail] = [pick(), pick()]
      return join(head.subarray(0, below(head.length + 1)), tail.subarray(below(tail.length + 1)))
    },
    // Joins two payloads. A decoder uses the last.
    () => join(pick(), pick()),
    // Inserts noise.
    () => {
      const frame = pick()
      const position = below(frame.length + 1)
      return join(frame.subarray(0, position), noise(below(9)), frame.subarray(position))
    },
    // Nests messages deeply: groups, and structs of structs.
    () => new Uint8Array(below(5_000)).fill([0x0b, 0x0a, 0x62, 0x1b][below(4)]!),
    // Noise only.
    () => noise(below(64)),
    // No mutation.
    () => Uint8Array.from(pick())
  ]
  while (true) yield mutations[below(mutations.length)]!()
}
