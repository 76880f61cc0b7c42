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
  prefix: `prefix-${userId}`,
  receives: true,
  reconnection: undefined,
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

describe("a join", () => {
  it("sends the join response with all participants first, then participant_joined to the others", () => {
    const { events, sent } = play(both)
    assert.deepStrictEqual(sent, ["bob1 joinResponse", "alice1 participantJoined"])
    const roster = events[0]?.event.joinResponse?.callState?.participants ?? []
    assert.deepStrictEqual(roster.map(({ trackLookupPrefix }) => trackLookupPrefix), ["prefix-alice", "prefix-bob"])
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
