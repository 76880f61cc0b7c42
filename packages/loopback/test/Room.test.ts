/**
 * The room's rules: commands in, events out.
 */
import { assert, describe, it } from "@effect/vitest"
import type { TrackKey } from "effect-track-resolver"
import { Wire } from "effect-track-resolver-loopback"
import * as Room from "../src/Room.ts"
import { change, defaults } from "../src/Settings.ts"

const join = (userId: string, more: Partial<Extract<Room.Command, { readonly _tag: "Join" }>> = {}): Room.Command => ({
  _tag: "Join",
  participant: { userId, sessionId: `${userId}1` },
  profile: {},
  now: 1_000,
  prefix: `prefix-${userId}`,
  receives: true,
  grants: defaults.grants,
  reconnection: undefined,
  replaced: new Set(),
  ...more
})

const camera: TrackKey = { userId: "alice", sessionId: "alice1", trackType: "Video" }
const setTracks: Room.Command = { _tag: "SetTracks", sessionId: "alice1", trackTypes: ["Video"] }
const mute = (muted: boolean): Room.Command => ({ _tag: "UpdateMuteState", ...camera, muted })
const subscribe: Room.Command = { _tag: "Subscribe", sessionId: "bob1", keys: [camera] }

/** What the last command tells whom, and the room after it. */
const play = (commands: ReadonlyArray<Room.Command>, settings = defaults) => {
  let room = Room.empty
  let sent: ReadonlyArray<Room.Message> = []
  for (const command of commands) [room, sent] = Room.step(room, command, settings)
  return { room, sent: sent.map(({ event, to }) => `${to} ${Wire.eventTypeOf(event)}`), events: sent }
}

const both = [join("alice"), join("bob")]

describe("the first media of a track", () => {
  const firstMedia = change(defaults, { announce: "firstMedia" })
  const grant = (video: boolean): Room.Command => ({
    _tag: "Grant",
    sessionId: "alice1",
    grants: { audio: true, video, screenShare: true }
  })
  const media: Room.Command = { _tag: "ReceiveMedia", sessionId: "alice1", trackType: "Video" }

  it("announces it, unless its permission was revoked before", () => {
    assert.deepStrictEqual(play([...both, setTracks, media], firstMedia).sent, ["bob1 trackPublished"])
    assert.deepStrictEqual(play([...both, setTracks, grant(false), media], firstMedia).sent, [])
    assert.deepStrictEqual(play([...both, setTracks, grant(false), grant(true), media], firstMedia).sent, [
      "bob1 trackPublished"
    ])
  })
})

/** The room after these levels of alice's and bob's microphones, one measurement after the other. */
const measure = (...measurements: ReadonlyArray<Readonly<Record<string, number>>>) =>
  play([
    ...both,
    join("carol", { receives: false }),
    ...["alice1", "bob1"].flatMap((sessionId): ReadonlyArray<Room.Command> => [
      { _tag: "SetTracks", sessionId, trackTypes: ["Audio"] },
      { _tag: "UpdateMuteState", sessionId, trackType: "Audio", muted: false }
    ]),
    ...measurements.map((levels): Room.Command => ({ _tag: "MeasureAudio", levels: new Map(Object.entries(levels)) }))
  ])

const silent = Array.from({ length: 5 }, () => ({}))

const speakers = ({ room }: ReturnType<typeof measure>) =>
  Array.from(room.values()).filter(({ activity }) => activity.isSpeaking).map(({ participant }) => participant.userId)

const dominant = ({ room }: ReturnType<typeof measure>) =>
  Array.from(room.values()).filter(({ activity }) => activity.isDominantSpeaker).map(({ participant }) =>
    participant.userId
  )

describe("a measurement of audio", () => {
  it("is sent to those who receive, with every live microphone, and names a new dominant speaker", () => {
    const { events, sent } = measure({ alice1: 0.5, carol1: 0.9 })
    assert.deepStrictEqual(sent, [
      "alice1 audioLevelChanged",
      "bob1 audioLevelChanged",
      "alice1 dominantSpeakerChanged",
      "bob1 dominantSpeakerChanged"
    ])
    assert.deepStrictEqual(events[0]?.event.audioLevelChanged?.audioLevels, [
      { userId: "alice", sessionId: "alice1", level: 0.5, isSpeaking: true },
      { userId: "bob", sessionId: "bob1", level: 0, isSpeaking: false }
    ])
    assert.strictEqual(events[2]?.event.dominantSpeakerChanged?.sessionId, "alice1")
  })

  it("is not sent while all are silent, and once more when somebody has become silent", () => {
    assert.deepStrictEqual(measure({}).sent, [])
    assert.strictEqual(measure({ alice1: 0.5 }, {}).sent.length, 2)
    assert.strictEqual(measure({ alice1: 0.5 }, ...silent).sent.length, 2)
    assert.deepStrictEqual(measure({ alice1: 0.5 }, ...silent, {}).sent, [])
  })

  it("finds speech above a level, which goes on through a short pause", () => {
    assert.deepStrictEqual(speakers(measure({ alice1: 0.5, bob1: 0.005 })), ["alice"])
    assert.deepStrictEqual(speakers(measure({ alice1: 0.5 }, ...silent.slice(1))), ["alice"])
    assert.deepStrictEqual(speakers(measure({ alice1: 0.5 }, ...silent)), [])
    assert.deepStrictEqual(speakers(measure({}, {})), [])
  })

  it("leaves the dominant speaker as it is until somebody else speaks alone", () => {
    assert.deepStrictEqual(dominant(measure({ alice1: 0.2, bob1: 0.5 })), ["bob"])
    assert.deepStrictEqual(dominant(measure({ alice1: 0.2 }, { alice1: 0.2, bob1: 0.5 })), ["alice"])
    assert.deepStrictEqual(dominant(measure({ alice1: 0.2 }, ...silent, {})), ["alice"])
    assert.deepStrictEqual(dominant(measure({ alice1: 0.2 }, ...silent, { bob1: 0.5 })), ["bob"])
  })

  it("is silence for a microphone that is muted", () => {
    const muted = play([
      ...both,
      { _tag: "SetTracks", sessionId: "alice1", trackTypes: ["Audio"] },
      { _tag: "MeasureAudio", levels: new Map([["alice1", 0.5]]) }
    ])
    assert.deepStrictEqual(muted.sent, [])
  })

  it("is part of the next description of a participant, with the profile and the time of the join", () => {
    const { room } = measure({ alice1: 0.5 })
    const [{ event } = { event: undefined }] = Room.step(
      room,
      join("dave", { profile: { name: "Dave" }, now: 5_250 }),
      defaults
    )[1]
    const described = event?.joinResponse?.callState?.participants ?? []
    assert.deepInclude(described[0], { name: "alice", isSpeaking: true, audioLevel: 0.5, isDominantSpeaker: true })
    assert.deepInclude(described[0]?.joinedAt, { seconds: 1, nanos: 0 })
    assert.deepInclude(described[3], { name: "Dave", isSpeaking: false })
    assert.deepInclude(described[3]?.joinedAt, { seconds: 5, nanos: 250_000_000 })
  })
})

describe("a join", () => {
  it("keeps of the sessions that it replaces those that are in the call", () => {
    const again = (sessionId: string, ...replaced: ReadonlyArray<string>) =>
      join("alice", { participant: { userId: "alice", sessionId }, replaced: new Set(replaced) })
    const { room } = play([join("alice"), again("alice2", "alice0", "alice1")])
    assert.deepStrictEqual(room.get("alice2")?.replaced, new Set(["alice1"]))
  })

  it("sends the join response with all participants first, then participant_joined to the others", () => {
    const { events, sent } = play(both)
    assert.deepStrictEqual(sent, ["bob1 joinResponse", "alice1 participantJoined"])
    const roster = events[0]?.event.joinResponse?.callState?.participants ?? []
    assert.deepStrictEqual(roster.map(({ trackLookupPrefix }) => trackLookupPrefix), ["prefix-alice", "prefix-bob"])
  })

  it("is not sent to the others without joinedEvents", () => {
    assert.deepStrictEqual(play(both, change(defaults, { joinedEvents: false })).sent, ["bob1 joinResponse"])
  })

  it("of a known session continues it, or lets it leave first", () => {
    assert.deepStrictEqual(play([...both, join("bob", { reconnection: "Fast" })]).sent, ["bob1 joinResponse"])
    assert.deepStrictEqual(play([...both, join("bob")]).sent, [
      "alice1 participantLeft",
      "bob1 joinResponse",
      "alice1 participantJoined"
    ])
  })
})

describe("a track", () => {
  it("is published at its unmute or at its first packet, and unpublished at its mute", () => {
    const media: Room.Command = { _tag: "ReceiveMedia", sessionId: "alice1", trackType: "Video" }
    const firstMedia = change(defaults, { announce: "firstMedia" })
    const published = ["bob1 trackPublished"]
    assert.deepStrictEqual(play([...both, setTracks]).sent, [])
    assert.deepStrictEqual(play([...both, setTracks, media]).sent, [])
    assert.deepStrictEqual(play([...both, setTracks, mute(false)]).sent, published)
    assert.deepStrictEqual(play([...both, setTracks, mute(false)], firstMedia).sent, [])
    assert.deepStrictEqual(play([...both, setTracks, mute(false), media], firstMedia).sent, published)
    assert.deepStrictEqual(play([...both, setTracks, mute(false), mute(false)]).sent, published)
    assert.deepStrictEqual(play([...both, setTracks, mute(false), mute(true)]).sent, ["bob1 trackUnpublished"])
    assert.deepStrictEqual(play([...both, setTracks, mute(false), mute(true), mute(true)]).sent, [])
  })

  it("has a down-track from its first unmute until it or its subscription ends", () => {
    const wanted = (...commands: ReadonlyArray<Room.Command>) =>
      Room.subscriptionsOf(play([...both, ...commands]).room, "bob1", defaults).map(({ publicationId }) =>
        publicationId
      )
    const unpublish: Room.Command = { _tag: "SetTracks", sessionId: "alice1", trackTypes: [] }
    assert.deepStrictEqual(wanted(subscribe, setTracks), [])
    assert.deepStrictEqual(wanted(subscribe, setTracks, mute(false)), ["alice1 Video"])
    assert.deepStrictEqual(wanted(subscribe, setTracks, mute(false), mute(true)), ["alice1 Video"])
    assert.deepStrictEqual(wanted(subscribe, setTracks, mute(false), unpublish), [])
    assert.deepStrictEqual(wanted(setTracks, mute(false)), [])
  })
})

describe("a leave", () => {
  it("unpublishes every track first, by the setting", () => {
    const leave: Room.Command = { _tag: "Leave", sessionId: "alice1" }
    const commands = [...both, setTracks, mute(false), leave]
    assert.deepStrictEqual(play(commands).sent, ["bob1 trackUnpublished", "bob1 participantLeft"])
    assert.deepStrictEqual(play(commands, change(defaults, { unpublishOnLeave: false })).sent, ["bob1 participantLeft"])
  })
})

describe("a command", () => {
  it("of an unknown session changes nothing", () => {
    assert.deepStrictEqual(play([...both, { _tag: "Leave", sessionId: "nobody" }]).sent, [])
  })
})
