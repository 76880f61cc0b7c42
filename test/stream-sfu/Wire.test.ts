/**
 * What each frame of the SFU is taken for, and that no frame can be more than that.
 */
import { type PublishOption, type SfuEvent, TrackKey } from "effect-track-resolver"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"
import * as Wire from "../../src/stream-sfu/Wire.ts"
import { encode, type SfuEvent as Payload } from "./FakeSfu.ts"
import * as frames from "./frames.ts"

const limit = 1_000_000

const types: Array<number> = [0, 4, 9, 4, -1]

const heard = (payload: Payload): unknown => {
  const message = Wire.message(encode(payload), limit)
  if (Result.isFailure(message)) return message.failure.reason
  return message.success._tag === "Told" ? message.success.event : message.success
}

const bob = { userId: "bob", sessionId: "bob-1", trackLookupPrefix: "p", publishedTracks: [1, 2] }
const Bob = { userId: "bob", sessionId: "bob-1", streamIdPrefix: "p", publishedTracks: ["Audio", "Video"] }

const nothing = {
  _tag: "Joined",
  reconnected: false,
  fastReconnectDeadline: 0,
  publishOptions: [],
  participants: [],
  unusable: 0
}

test.each<[what: string, Payload, unknown]>([
  [
    "an offer",
    { subscriberOffer: { sdp: "v=0", negotiationId: 4_294_967_295, iceRestart: true } },
    { _tag: "SubscriberOffer", sdp: "v=0", negotiationId: 4_294_967_295, iceRestart: true }
  ],
  [
    "an offer of an SFU that numbers none",
    { subscriberOffer: { sdp: "v=0" } },
    { _tag: "SubscriberOffer", sdp: "v=0", negotiationId: 0, iceRestart: false }
  ],
  ["an offer without an sdp", { subscriberOffer: { negotiationId: 1 } }, "Invalid"],
  ["somebody who joins", { participantJoined: { participant: bob } }, { _tag: "ParticipantJoined", participant: Bob }],
  ["an update", { participantUpdated: { participant: bob } }, { _tag: "ParticipantUpdated", participant: Bob }],
  ["somebody who leaves", { participantLeft: { participant: bob } }, { _tag: "ParticipantLeft", participant: Bob }],
  ["nobody who joins", { participantJoined: {} }, "Invalid"],
  ["nobody who leaves", { participantLeft: { callCid: "c" } }, "Invalid"],
  ["somebody without a session", { participantLeft: { participant: { userId: "bob" } } }, "Invalid"],
  ["somebody without a name", { participantUpdated: { participant: { sessionId: "bob-1" } } }, "Invalid"],
  [
    "somebody whose tracks are unknown or told twice, and whose prefix cannot be one",
    { participantJoined: { participant: { ...bob, trackLookupPrefix: "p:q", publishedTracks: types } } },
    {
      _tag: "ParticipantJoined",
      participant: { userId: "bob", sessionId: "bob-1", publishedTracks: ["ScreenShareAudio"] }
    }
  ],
  [
    "a publication without a participant and without a user",
    { trackPublished: { sessionId: "bob-1", type: 3 } },
    { _tag: "TrackPublished", publication: { sessionId: "bob-1", trackType: "ScreenShare" } }
  ],
  [
    "a publication with a participant who is told in part",
    { trackPublished: { userId: "bob", sessionId: "bob-1", type: 1, participant: { trackLookupPrefix: "p" } } },
    {
      _tag: "TrackPublished",
      publication: {
        userId: "bob",
        sessionId: "bob-1",
        trackType: "Audio",
        participant: { userId: "bob", sessionId: "bob-1", streamIdPrefix: "p", publishedTracks: [] }
      }
    }
  ],
  [
    "a publication with somebody else's snapshot",
    { trackPublished: { userId: "al", sessionId: "al-1", type: 1, participant: bob } },
    { _tag: "TrackPublished", publication: { userId: "al", sessionId: "al-1", trackType: "Audio" } }
  ],
  ["a publication of nobody", { trackPublished: { userId: "bob", type: 1 } }, "Invalid"],
  ["a publication of no type", { trackPublished: { sessionId: "bob-1" } }, "Invalid"],
  ["a publication of a type of tomorrow", { trackPublished: { sessionId: "bob-1", type: 5 as 4 } }, "Invalid"],
  [
    "an unpublication",
    { trackUnpublished: { sessionId: "bob-1", type: 2, cause: 3, participant: bob } },
    {
      _tag: "TrackUnpublished",
      cause: "Moderation",
      publication: { userId: "bob", sessionId: "bob-1", trackType: "Video", participant: Bob }
    }
  ],
  [
    "an unpublication for a cause of tomorrow",
    { trackUnpublished: { sessionId: "bob-1", type: 2, cause: 9 as 3 } },
    { _tag: "TrackUnpublished", cause: "Unspecified", publication: { sessionId: "bob-1", trackType: "Video" } }
  ],
  [
    "a candidate, with what is null left out",
    {
      iceTrickle: {
        peerType: 1,
        iceCandidate: "{\"candidate\":\"c\",\"sdpMid\":null,\"sdpMLineIndex\":0,\"usernameFragment\":\"u\",\"more\":1}"
      }
    },
    {
      _tag: "IceTrickle",
      peerType: "Subscriber",
      candidate: { candidate: "c", sdpMLineIndex: 0, usernameFragment: "u" }
    }
  ],
  [
    "a candidate for no one in particular is the publisher's",
    { iceTrickle: { iceCandidate: "{\"candidate\":\"c\"}" } },
    { _tag: "IceTrickle", peerType: "Publisher", candidate: { candidate: "c" } }
  ],
  [
    "a candidate for a connection of tomorrow",
    { iceTrickle: { peerType: 2 as 1, iceCandidate: "{\"candidate\":\"c\"}" } },
    "Invalid"
  ],
  ["a restart of the publisher's ICE", { iceRestart: {} }, { _tag: "IceRestart", peerType: "Publisher" }],
  ["a restart of the subscriber's ICE", { iceRestart: { peerType: 1 } }, {
    _tag: "IceRestart",
    peerType: "Subscriber"
  }],
  ["a restart of a connection of tomorrow", { iceRestart: { peerType: -1 as 1 } }, "Invalid"],
  [
    "what may be published, without what nobody knows",
    {
      changePublishOptions: {
        reason: "why",
        publishOptions: [
          { id: 1, trackType: 1, codec: { name: "opus", clockRate: 48_000, encodingParameters: "2" } },
          { id: 2, trackType: 2, codec: { name: "VP9", clockRate: 90_000, payloadType: 98, fmtp: "profile-id=0" } },
          { id: 3, trackType: 3, codec: { name: "VP8" } },
          { id: 4, trackType: 4, codec: { name: "opus", clockRate: 48_000, encodingParameters: "stereo" } },
          { id: 5, trackType: 5 as 4 },
          { id: 6 }
        ]
      }
    },
    {
      _tag: "PublishOptionsChanged",
      publishOptions: [
        { id: 1, trackType: "Audio", codec: { name: "opus", clockRate: 48_000, channels: 2 } },
        { id: 2, trackType: "Video", codec: { name: "VP9", clockRate: 90_000 } },
        { id: 3, trackType: "ScreenShare" },
        { id: 4, trackType: "ScreenShareAudio", codec: { name: "opus", clockRate: 48_000 } }
      ]
    }
  ],
  [
    "grants, of which the ones that are not told are not given",
    { callGrantsUpdated: { currentGrants: { canPublishVideo: true }, message: "m" } },
    { _tag: "GrantsChanged", grants: { audio: false, video: true, screenShare: false } }
  ],
  ["an update of no grants", { callGrantsUpdated: { message: "m" } }, "Invalid"],
  ["a migration that is complete", { participantMigrationComplete: {} }, { _tag: "MigrationCompleted" }],
  ["the end of candidates", { iceTrickle: { peerType: 1, iceCandidate: "{\"candidate\":\"\"}" } }, {
    _tag: "Unneeded"
  }],
  ["a candidate that is no JSON", { iceTrickle: { peerType: 1, iceCandidate: "candidate:1" } }, "Invalid"],
  ["a candidate that is none", { iceTrickle: { peerType: 1, iceCandidate: "[1]" } }, "Invalid"],
  [
    "a candidate on an m-line that cannot be",
    { iceTrickle: { peerType: 1, iceCandidate: "{\"candidate\":\"c\",\"sdpMLineIndex\":-1}" } },
    "Invalid"
  ],
  ["a call that ends", { callEnded: { reason: 4 } }, { _tag: "CallEnded", reason: "SessionEnded" }],
  ["a call that ends tomorrow", { callEnded: { reason: 99 as 4 } }, { _tag: "CallEnded", reason: "Unspecified" }],
  ["a going away", { goAway: { reason: 1 } }, { _tag: "GoAway", reason: "ShuttingDown" }],
  [
    "an error that says nothing",
    { error: {} },
    { _tag: "Failed", code: 0, detail: "", shouldRetry: false, reconnectStrategy: "Unspecified" }
  ],
  [
    "a join response with some who are nobody",
    { joinResponse: { callState: { participants: [bob, {}, { userId: "x" }] } } },
    { ...nothing, participants: [Bob], unusable: 2 }
  ],
  ["a join response with nothing in it", { joinResponse: {} }, nothing],
  [
    "a join response of a session that goes on",
    {
      joinResponse: {
        reconnected: true,
        fastReconnectDeadlineSeconds: 10,
        publishOptions: [{ id: 7, trackType: 1 }, { id: 8 }]
      }
    },
    {
      ...nothing,
      reconnected: true,
      fastReconnectDeadline: 10_000,
      publishOptions: [{ id: 7, trackType: "Audio" }]
    }
  ],
  ["a deadline in the past", { joinResponse: { fastReconnectDeadlineSeconds: -1 } }, nothing],
  ["a deadline in 68 years", { joinResponse: { fastReconnectDeadlineSeconds: 2 ** 31 - 1 } }, nothing],
  ["a sign of life", { healthCheckResponse: {} }, { _tag: "Unneeded" }],
  ["nothing", {}, "Unknown"]
])("%s", (_, payload, expected) => {
  expect(heard(payload)).toEqual(expected)
})

test("every known payload is understood", () => {
  for (const payload of frames.valid) expect(typeof heard(payload), JSON.stringify(payload)).toBe("object")
})

test("a frame is looked into up to the limit, and not beyond", () => {
  const frame = encode({ callEnded: {} })
  expect(Wire.message(frame, frame.length)).toEqual(Result.succeed({ _tag: "Told", event: expect.anything() }))
  expect(Wire.message(frame, frame.length - 1)).toMatchObject({ failure: { reason: "Oversized" } })
})

// --- Mutated frames ---------------------------------------------------------------------------------------------------

const isKey = Schema.is(TrackKey)

const isPeerType = (type: string): boolean => type === "Publisher" || type === "Subscriber"

const isPublishOption = ({ codec, id, trackType }: PublishOption): boolean =>
  Number.isInteger(id) && isKey({ userId: "anyone", sessionId: "any", trackType })
  && (codec === undefined
    || codec.name !== "" && codec.clockRate > 0 && (codec.channels === undefined || codec.channels > 0))

const isDeadline = (millis: number): boolean => Number.isInteger(millis) && millis >= 0 && millis <= 3_600_000

/** What the edge relies on. */
const sound = (event: SfuEvent): boolean => {
  switch (event._tag) {
    case "SubscriberOffer":
      return event.sdp !== "" && Number.isInteger(event.negotiationId) && event.negotiationId >= 0
    case "IceTrickle":
      return event.candidate.candidate !== "" && isPeerType(event.peerType)
    case "IceRestart":
      return isPeerType(event.peerType)
    case "PublishOptionsChanged":
      return event.publishOptions.every(isPublishOption)
    case "GrantsChanged":
      return Object.values(event.grants).every((grant) => typeof grant === "boolean")
    case "ParticipantJoined":
    case "ParticipantUpdated":
    case "ParticipantLeft":
      return event.participant.publishedTracks.every((trackType) => isKey({ ...event.participant, trackType }))
        && event.participant.userId !== "" && event.participant.sessionId !== ""
    case "TrackPublished":
    case "TrackUnpublished":
      return isKey({ userId: "anyone", ...event.publication })
        && (event.publication.participant === undefined
          || isKey({ ...event.publication.participant, trackType: event.publication.trackType }))
    case "MigrationCompleted":
    case "GoAway":
    case "Failed":
    case "CallEnded":
      return true
  }
}

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** `MUTATED_FRAMES=1000000 npx vitest run test/stream-sfu/Wire.test.ts` for the long run. */
const count = Number(process.env.MUTATED_FRAMES ?? 50_000)

test(`${count} mutated frames: every one is understood or typed, and nothing grows`, () => {
  const seen = new Map<string, number>()
  const run = (seed: number, frameCount: number): void => {
    let left = frameCount
    for (const frame of frames.mutated(seed)) {
      if (left-- === 0) break
      const message = Wire.message(frame, 4_000)
      const tag = Result.isSuccess(message) ? message.success._tag : message.failure.reason
      seen.set(tag, (seen.get(tag) ?? 0) + 1)
      if (Result.isSuccess(message) && message.success._tag === "Told" && !sound(message.success.event)) {
        throw new Error(`unsound: ${JSON.stringify(message.success.event)}`)
      }
      if (Result.isSuccess(message) && message.success._tag === "Joined") {
        const { fastReconnectDeadline, publishOptions } = message.success
        if (!isDeadline(fastReconnectDeadline) || !publishOptions.every(isPublishOption)) {
          throw new Error(`unsound: ${JSON.stringify(message.success)}`)
        }
      }
    }
  }
  // What is compiled and cached once is not growth.
  run(1, count / 5)
  seen.clear()
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const begun = performance.now()
  run(2, count)
  const took = performance.now() - begun
  collectGarbage()
  const growth = process.memoryUsage().heapUsed - before
  if (process.env.MUTATED_FRAMES !== undefined) {
    process.stdout.write(
      `${count} frames, ${Math.round(took)} ms, heap ${Math.round(growth / 1024)} KiB, ${JSON.stringify([...seen])}\n`
    )
  }
  for (const tag of ["Told", "Joined", "Failed", "Unneeded", "Malformed", "Unknown", "Invalid", "Oversized"]) {
    expect(seen.get(tag), tag).toBeGreaterThan(count / 500)
  }
  expect(growth).toBeLessThan(2 * 1024 * 1024)
}, 600_000)
