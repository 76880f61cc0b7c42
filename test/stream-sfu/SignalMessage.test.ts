/**
 * Decoding of the SFU's frames: each payload gives a message that the edge can rely on, or a typed reason.
 */
import {
  type PublishOption,
  type PublishQuality,
  type SfuEvent,
  type SfuParticipant,
  TrackKey
} from "effect-track-resolver"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, test } from "vitest"
import * as SignalMessage from "../../src/stream-sfu/wire/SignalMessage.ts"
import { encodeEvent, type SfuEvent as Payload } from "./FakeSfu.ts"
import * as SfuFrames from "./SfuFrames.ts"

const limit = 1_000_000

/** With duplicates and unknown numbers. */
const trackTypes: Array<number> = [0, 4, 9, 4, -1]

/** The event, the message if it is not an event, or the reason why it is unreadable. */
const decode = (payload: Payload): unknown => {
  const message = SignalMessage.decode(encodeEvent(payload), limit)
  if (Result.isFailure(message)) return message.failure.reason
  return message.success._tag === "Event" ? message.success.event : message.success
}

const bob = { userId: "bob", sessionId: "bob-1", trackLookupPrefix: "p", publishedTracks: [1, 2] }
const decodedBob = { userId: "bob", sessionId: "bob-1", streamIdPrefix: "p", publishedTracks: ["Audio", "Video"] }

const emptyJoinResponse = {
  _tag: "JoinResponse",
  reconnected: false,
  fastReconnectDeadline: 0,
  publishOptions: [],
  participants: [],
  unusable: 0,
  endToEndEncrypted: false
}

describe("Payloads", () => {
  test.each<[name: string, Payload, expected: unknown]>([
    [
      "subscriberOffer",
      { subscriberOffer: { sdp: "v=0", negotiationId: 4_294_967_295, iceRestart: true } },
      { _tag: "SubscriberOffer", sdp: "v=0", negotiationId: 4_294_967_295, iceRestart: true }
    ],
    [
      "subscriberOffer without a negotiation id: 0",
      { subscriberOffer: { sdp: "v=0" } },
      { _tag: "SubscriberOffer", sdp: "v=0", negotiationId: 0, iceRestart: false }
    ],
    ["subscriberOffer without an sdp: Invalid", { subscriberOffer: { negotiationId: 1 } }, "Invalid"],
    ["participantJoined", { participantJoined: { participant: bob } }, {
      _tag: "ParticipantJoined",
      participant: decodedBob
    }],
    ["participantUpdated", { participantUpdated: { participant: bob } }, {
      _tag: "ParticipantUpdated",
      participant: decodedBob
    }],
    ["participantLeft", { participantLeft: { participant: bob } }, {
      _tag: "ParticipantLeft",
      participant: decodedBob
    }],
    ["participantJoined without a participant: Invalid", { participantJoined: {} }, "Invalid"],
    ["participantLeft without a participant: Invalid", { participantLeft: { callCid: "c" } }, "Invalid"],
    ["a participant without a session id: Invalid", { participantLeft: { participant: { userId: "bob" } } }, "Invalid"],
    [
      "a participant without a user id: Invalid",
      { participantUpdated: { participant: { sessionId: "bob-1" } } },
      "Invalid"
    ],
    [
      "a participant with duplicate and unknown track types, and a prefix with a colon: left out",
      { participantJoined: { participant: { ...bob, trackLookupPrefix: "p:q", publishedTracks: trackTypes } } },
      {
        _tag: "ParticipantJoined",
        participant: { userId: "bob", sessionId: "bob-1", publishedTracks: ["ScreenShareAudio"] }
      }
    ],
    [
      "trackPublished without a participant and a user id",
      { trackPublished: { sessionId: "bob-1", type: 3 } },
      { _tag: "TrackPublished", publication: { sessionId: "bob-1", trackType: "ScreenShare" } }
    ],
    [
      "trackPublished with a participant that lacks its ids: those of the event",
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
      "participantJoined with the time of the join: in milliseconds",
      { participantJoined: { participant: { ...bob, joinedAt: { seconds: 1_700_000_000, nanos: 500_000_000 } } } },
      { _tag: "ParticipantJoined", participant: { ...decodedBob, joinedAt: 1_700_000_000_500 } }
    ],
    [
      "participantJoined with a time of the join that is not set: left out",
      { participantJoined: { participant: { ...bob, joinedAt: { seconds: 0, nanos: 0 } } } },
      { _tag: "ParticipantJoined", participant: decodedBob }
    ],
    [
      "trackPublished with the snapshot of another session: left out",
      { trackPublished: { userId: "al", sessionId: "al-1", type: 1, participant: bob } },
      { _tag: "TrackPublished", publication: { userId: "al", sessionId: "al-1", trackType: "Audio" } }
    ],
    ["trackPublished without a session id: Invalid", { trackPublished: { userId: "bob", type: 1 } }, "Invalid"],
    ["trackPublished without a track type: Invalid", { trackPublished: { sessionId: "bob-1" } }, "Invalid"],
    [
      "trackPublished with an unknown track type: Invalid",
      { trackPublished: { sessionId: "bob-1", type: 5 as 4 } },
      "Invalid"
    ],
    [
      "trackUnpublished",
      { trackUnpublished: { sessionId: "bob-1", type: 2, cause: 3, participant: bob } },
      {
        _tag: "TrackUnpublished",
        cause: "Moderation",
        publication: { userId: "bob", sessionId: "bob-1", trackType: "Video", participant: decodedBob }
      }
    ],
    [
      "trackUnpublished with an unknown cause: Unspecified",
      { trackUnpublished: { sessionId: "bob-1", type: 2, cause: 9 as 3 } },
      { _tag: "TrackUnpublished", cause: "Unspecified", publication: { sessionId: "bob-1", trackType: "Video" } }
    ],
    [
      "iceTrickle: null fields of the candidate are left out",
      {
        iceTrickle: {
          peerType: 1,
          iceCandidate:
            "{\"candidate\":\"c\",\"sdpMid\":null,\"sdpMLineIndex\":0,\"usernameFragment\":\"u\",\"more\":1}"
        }
      },
      {
        _tag: "IceTrickle",
        peerType: "Subscriber",
        candidate: { candidate: "c", sdpMLineIndex: 0, usernameFragment: "u" }
      }
    ],
    [
      "iceTrickle without a peer type: Publisher",
      { iceTrickle: { iceCandidate: "{\"candidate\":\"c\"}" } },
      { _tag: "IceTrickle", peerType: "Publisher", candidate: { candidate: "c" } }
    ],
    [
      "iceTrickle with an unknown peer type: Invalid",
      { iceTrickle: { peerType: 2 as 1, iceCandidate: "{\"candidate\":\"c\"}" } },
      "Invalid"
    ],
    ["iceRestart without a peer type: Publisher", { iceRestart: {} }, { _tag: "IceRestart", peerType: "Publisher" }],
    ["iceRestart of the subscriber", { iceRestart: { peerType: 1 } }, {
      _tag: "IceRestart",
      peerType: "Subscriber"
    }],
    ["iceRestart with an unknown peer type: Invalid", { iceRestart: { peerType: -1 as 1 } }, "Invalid"],
    [
      "changePublishOptions: options with an unknown track type and incomplete codecs are left out",
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
      "changePublishQuality: impossible limits and senders with an unknown track type are left out",
      {
        changePublishQuality: {
          audioSenders: [{ trackType: 1, publishOptionId: 1, codec: { name: "opus", clockRate: 48_000 } }],
          videoSenders: [
            {
              trackType: 2,
              publishOptionId: 2,
              degradationPreference: 3,
              layers: [
                { name: "f", active: false },
                {
                  name: "h",
                  active: true,
                  maxBitrate: 500_000,
                  maxFramerate: 15,
                  scaleResolutionDownBy: 2,
                  scalabilityMode: "L1T2",
                  codec: { name: "VP8", clockRate: 90_000 }
                },
                { name: "q", active: true, maxBitrate: -1, scaleResolutionDownBy: NaN, codec: { name: "VP8" } }
              ]
            },
            { trackType: 3, degradationPreference: 4 },
            { trackType: 9 as 3, layers: [{ name: "f", active: true }] },
            { layers: [{ name: "f", active: true }] }
          ]
        }
      },
      {
        _tag: "PublishQualityChanged",
        qualities: [
          { trackType: "Audio", publishOptionId: 1, codec: { name: "opus", clockRate: 48_000 }, layers: [] },
          {
            trackType: "Video",
            publishOptionId: 2,
            layers: [
              { name: "f", active: false },
              {
                name: "h",
                active: true,
                maxBitrate: 500_000,
                maxFramerate: 15,
                scaleResolutionDownBy: 2,
                scalabilityMode: "L1T2",
                codec: { name: "VP8", clockRate: 90_000 }
              },
              { name: "q", active: true }
            ],
            degradationPreference: "MaintainResolution"
          },
          { trackType: "ScreenShare", layers: [] }
        ]
      }
    ],
    ["changePublishQuality without senders", { changePublishQuality: {} }, {
      _tag: "PublishQualityChanged",
      qualities: []
    }],
    [
      "callGrantsUpdated: an absent grant is false",
      { callGrantsUpdated: { currentGrants: { canPublishVideo: true }, message: "m" } },
      { _tag: "GrantsChanged", grants: { audio: false, video: true, screenShare: false } }
    ],
    ["callGrantsUpdated without grants: Invalid", { callGrantsUpdated: { message: "m" } }, "Invalid"],
    ["participantMigrationComplete", { participantMigrationComplete: {} }, { _tag: "MigrationCompleted" }],
    ["iceTrickle with the end of candidates: Ignored", {
      iceTrickle: { peerType: 1, iceCandidate: "{\"candidate\":\"\"}" }
    }, {
      _tag: "Ignored"
    }],
    ["iceTrickle that is not JSON: Invalid", { iceTrickle: { peerType: 1, iceCandidate: "candidate:1" } }, "Invalid"],
    ["iceTrickle that is not a candidate: Invalid", { iceTrickle: { peerType: 1, iceCandidate: "[1]" } }, "Invalid"],
    [
      "iceTrickle with an impossible m-line index: Invalid",
      { iceTrickle: { peerType: 1, iceCandidate: "{\"candidate\":\"c\",\"sdpMLineIndex\":-1}" } },
      "Invalid"
    ],
    ["callEnded", { callEnded: { reason: 4 } }, { _tag: "CallEnded", reason: "SessionEnded" }],
    ["callEnded with an unknown reason: Unspecified", { callEnded: { reason: 99 as 4 } }, {
      _tag: "CallEnded",
      reason: "Unspecified"
    }],
    ["goAway", { goAway: { reason: 1 } }, { _tag: "GoAway", reason: "ShuttingDown" }],
    [
      "error without fields",
      { error: {} },
      { _tag: "SfuError", code: 0, detail: "", shouldRetry: false, reconnectStrategy: "Unspecified" }
    ],
    [
      "joinResponse with participants that lack their ids: left out and counted",
      { joinResponse: { callState: { participants: [bob, {}, { userId: "x" }] } } },
      { ...emptyJoinResponse, participants: [decodedBob], unusable: 2 }
    ],
    ["joinResponse without fields", { joinResponse: {} }, emptyJoinResponse],
    [
      "joinResponse of an end-to-end encrypted call",
      { joinResponse: { callState: { e2eeEnabled: true } } },
      { ...emptyJoinResponse, endToEndEncrypted: true }
    ],
    [
      "joinResponse of a fast reconnect: the deadline is in milliseconds",
      {
        joinResponse: {
          reconnected: true,
          fastReconnectDeadlineSeconds: 10,
          publishOptions: [{ id: 7, trackType: 1 }, { id: 8 }]
        }
      },
      {
        ...emptyJoinResponse,
        reconnected: true,
        fastReconnectDeadline: 10_000,
        publishOptions: [{ id: 7, trackType: "Audio" }]
      }
    ],
    [
      "joinResponse with a negative deadline: 0",
      { joinResponse: { fastReconnectDeadlineSeconds: -1 } },
      emptyJoinResponse
    ],
    [
      "joinResponse with a deadline of 68 years: 0",
      { joinResponse: { fastReconnectDeadlineSeconds: 2 ** 31 - 1 } },
      emptyJoinResponse
    ],
    [
      "audioLevelChanged: levels between 0 and 1, of who has a session id",
      {
        audioLevelChanged: {
          audioLevels: [
            { sessionId: "a", level: 0.5, isSpeaking: true },
            { sessionId: "b", level: 7 },
            { sessionId: "c", level: -1 },
            { sessionId: "d", level: NaN },
            { userId: "nobody", level: 0.5 }
          ]
        }
      },
      {
        _tag: "AudioLevelsChanged",
        levels: [
          { sessionId: "a", level: 0.5, isSpeaking: true },
          { sessionId: "b", level: 1, isSpeaking: false },
          { sessionId: "c", level: 0, isSpeaking: false },
          { sessionId: "d", level: 0, isSpeaking: false }
        ]
      }
    ],
    ["dominantSpeakerChanged", { dominantSpeakerChanged: { sessionId: "a" } }, {
      _tag: "DominantSpeakerChanged",
      sessionId: "a"
    }],
    ["dominantSpeakerChanged without a session id: Invalid", { dominantSpeakerChanged: { userId: "u" } }, "Invalid"],
    [
      "connectionQualityChanged: known qualities, of who has a session id",
      {
        connectionQualityChanged: {
          connectionQualityUpdates: [
            { sessionId: "a", connectionQuality: 1 },
            { sessionId: "b", connectionQuality: 3 },
            { sessionId: "c", connectionQuality: 0 },
            { sessionId: "d", connectionQuality: 9 as number },
            { connectionQuality: 2 }
          ]
        }
      },
      {
        _tag: "ConnectionQualityChanged",
        qualities: [{ sessionId: "a", quality: "Poor" }, { sessionId: "b", quality: "Excellent" }]
      }
    ],
    [
      "inboundStateNotification: known types, of who has a session id",
      {
        inboundStateNotification: {
          inboundVideoStates: [
            { sessionId: "a", trackType: 2, paused: true },
            { sessionId: "b", trackType: 3 },
            { sessionId: "c", trackType: 9 as number, paused: true },
            { trackType: 2, paused: true }
          ]
        }
      },
      {
        _tag: "VideoPauseChanged",
        states: [
          { sessionId: "a", trackType: "Video", isPaused: true },
          { sessionId: "b", trackType: "ScreenShare", isPaused: false }
        ]
      }
    ],
    [
      "participantJoined with profile and activity",
      {
        participantJoined: {
          participant: {
            ...bob,
            name: "Bob",
            image: "https://pictures.test/bob",
            roles: ["host", ""],
            connectionQuality: 2,
            isSpeaking: true,
            audioLevel: 0.25,
            isDominantSpeaker: true,
            custom: {
              fields: {
                team: { structValue: { fields: { id: { numberValue: 7 }, __proto__: { boolValue: true } } } },
                list: { listValue: { values: [{ nullValue: 0 }, { stringValue: "" }, { boolValue: false }] } },
                endless: { numberValue: Infinity }
              }
            }
          }
        }
      },
      {
        _tag: "ParticipantJoined",
        participant: {
          ...decodedBob,
          name: "Bob",
          image: "https://pictures.test/bob",
          roles: ["host"],
          connectionQuality: "Good",
          isSpeaking: true,
          audioLevel: 0.25,
          isDominantSpeaker: true,
          custom: { team: { id: 7 }, list: [null, "", false], endless: null }
        }
      }
    ],
    ["healthCheckResponse: Ignored", { healthCheckResponse: {} }, { _tag: "Ignored" }],
    ["no payload: Unknown", {}, "Unknown"]
  ])("%s", (_, payload, expected) => {
    expect(decode(payload)).toEqual(expected)
  })

  test("every known payload is decoded", () => {
    for (const payload of SfuFrames.valid) expect(typeof decode(payload), JSON.stringify(payload)).toBe("object")
  })

  test("a frame is decoded up to the limit and is Oversized beyond it", () => {
    const frame = encodeEvent({ callEnded: {} })
    expect(SignalMessage.decode(frame, frame.length)).toEqual(
      Result.succeed({ _tag: "Event", event: expect.anything() })
    )
    expect(SignalMessage.decode(frame, frame.length - 1)).toMatchObject({ failure: { reason: "Oversized" } })
  })
})

const isKey = Schema.is(TrackKey)

const isPeerType = (type: string): boolean => type === "Publisher" || type === "Subscriber"

const isPublishOption = ({ codec, id, trackType }: PublishOption): boolean =>
  Number.isInteger(id) && isKey({ userId: "anyone", sessionId: "any", trackType })
  && (codec === undefined
    || codec.name !== "" && codec.clockRate > 0 && (codec.channels === undefined || codec.channels > 0))

const isLimit = (limit: number | undefined): boolean => limit === undefined || limit > 0 && limit < Infinity

const isPublishQuality = ({ layers, publishOptionId = 1, trackType }: PublishQuality): boolean =>
  Number.isInteger(publishOptionId) && isKey({ userId: "anyone", sessionId: "any", trackType })
  && layers.every(({ active, maxBitrate, maxFramerate, scaleResolutionDownBy }) =>
    typeof active === "boolean" && [maxBitrate, maxFramerate, scaleResolutionDownBy].every(isLimit)
  )

const isLevel = (level: number): boolean => level >= 0 && level <= 1

/** What the edge keeps as long as the participant is in the call. */
const isProfile = ({ audioLevel = 0, custom = {}, image = "", name = "", roles = [] }: SfuParticipant): boolean =>
  isLevel(audioLevel) && name.length <= 256 && image.length <= 2_048 && JSON.stringify(custom).length <= 200_000
  && roles.length <= 32 && roles.every((role) => role !== "" && role.length <= 128)

const isDeadline = (millis: number): boolean => Number.isInteger(millis) && millis >= 0 && millis <= 3_600_000

/** What the edge relies on. */
const isSound = (event: SfuEvent): boolean => {
  switch (event._tag) {
    case "SubscriberOffer":
      return event.sdp !== "" && Number.isInteger(event.negotiationId) && event.negotiationId >= 0
    case "IceTrickle":
      return event.candidate.candidate !== "" && isPeerType(event.peerType)
    case "IceRestart":
      return isPeerType(event.peerType)
    case "PublishOptionsChanged":
      return event.publishOptions.every(isPublishOption)
    case "PublishQualityChanged":
      return event.qualities.every(isPublishQuality)
    case "GrantsChanged":
      return Object.values(event.grants).every((grant) => typeof grant === "boolean")
    case "ParticipantJoined":
    case "ParticipantUpdated":
    case "ParticipantLeft":
      return event.participant.publishedTracks.every((trackType) => isKey({ ...event.participant, trackType }))
        && event.participant.userId !== "" && event.participant.sessionId !== "" && isProfile(event.participant)
    case "TrackPublished":
    case "TrackUnpublished":
      return isKey({ userId: "anyone", ...event.publication })
        && (event.publication.participant === undefined
          || isKey({ ...event.publication.participant, trackType: event.publication.trackType }))
    case "AudioLevelsChanged":
      return event.levels.every(({ level, sessionId }) => sessionId !== "" && isLevel(level))
    case "DominantSpeakerChanged":
      return event.sessionId !== ""
    case "ConnectionQualityChanged":
      return event.qualities.every(({ quality, sessionId }) =>
        sessionId !== "" && ["Poor", "Good", "Excellent"].includes(quality)
      )
    case "VideoPauseChanged":
      return event.states.every(({ isPaused, ...key }) =>
        typeof isPaused === "boolean" && isKey({ userId: "anyone", ...key })
      )
    case "MigrationCompleted":
    case "GoAway":
    case "Failed":
    case "CallEnded":
      return true
  }
}

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** The long run: `MUTATED_FRAMES=1000000 npx vitest run --project unit test/stream-sfu/SignalMessage.test.ts`. */
const count = Number(process.env.MUTATED_FRAMES ?? 50_000)

describe("Mutated frames", () => {
  test(`${count} mutated frames: each gives a sound message or a typed reason, and the heap does not grow`, () => {
    const counts = new Map<string, number>()
    const run = (seed: number, frameCount: number): void => {
      let left = frameCount
      for (const frame of SfuFrames.mutated(seed)) {
        if (left-- === 0) break
        const message = SignalMessage.decode(frame, 4_000)
        const tag = Result.isSuccess(message) ? message.success._tag : message.failure.reason
        counts.set(tag, (counts.get(tag) ?? 0) + 1)
        if (Result.isSuccess(message) && message.success._tag === "Event" && !isSound(message.success.event)) {
          throw new Error(`unsound: ${JSON.stringify(message.success.event)}`)
        }
        if (Result.isSuccess(message) && message.success._tag === "JoinResponse") {
          const { fastReconnectDeadline, publishOptions } = message.success
          if (!isDeadline(fastReconnectDeadline) || !publishOptions.every(isPublishOption)) {
            throw new Error(`unsound: ${JSON.stringify(message.success)}`)
          }
        }
      }
    }
    // Warms up: compiled code and caches are not growth.
    run(1, count / 5)
    counts.clear()
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    const startedAt = performance.now()
    run(2, count)
    const took = performance.now() - startedAt
    collectGarbage()
    const growth = process.memoryUsage().heapUsed - before
    if (process.env.MUTATED_FRAMES !== undefined) {
      process.stdout.write(
        `${count} frames, ${Math.round(took)} ms, heap ${Math.round(growth / 1024)} KiB, ${
          JSON.stringify([...counts])
        }\n`
      )
    }
    for (
      const tag of ["Event", "JoinResponse", "SfuError", "Ignored", "Malformed", "Unknown", "Invalid", "Oversized"]
    ) {
      expect(counts.get(tag), tag).toBeGreaterThan(count / 500)
    }
    expect(growth).toBeLessThan(2 * 1024 * 1024)
  }, 600_000)
})
