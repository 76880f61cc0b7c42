/**
 * Which packets of a publisher reach which session, and from which of its connections. Without sockets.
 */
import { assert, describe, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Call from "../src/Call.ts"
import * as Dispatch from "../src/Dispatch.ts"
import * as Forwarding from "../src/Forwarding.ts"
import type { NodeConnection } from "../src/NodeConnection.ts"
import * as Session from "../src/Session.ts"
import { defaults } from "../src/Settings.ts"
import type { SettingsOptions } from "../src/Settings.ts"
import * as SfuNode from "../src/SfuNode.ts"

const alice = { userId: "alice", sessionId: "alice1" }

/** The first lines of a call with alice, who publishes, and bob and carol. `received` has each packet with its receiver. */
const makeCall = Effect.fnUntraced(function*(options: SettingsOptions = {}) {
  const call = yield* Call.make(SfuNode.makeAll(1), options)
  const received: Array<string> = []
  const keyFrameRequests: Array<string> = []
  let packets = 0
  /** A connection that carries these publications. */
  const connect = (name: string, ...carried: ReadonlyArray<string>): NodeConnection => {
    const connection: Pick<NodeConnection, "socket" | "trackTypes"> & {
      readonly node: NodeConnection["node"]
      readonly subscriber: Pick<NodeConnection["subscriber"], "carries" | "forward" | "renegotiate">
      readonly publisher: Pick<NodeConnection["publisher"], "requestKeyFrame">
    } = {
      node: call.nodes[0],
      socket: undefined,
      trackTypes: [],
      subscriber: {
        carries: (id) => carried.includes(id),
        forward: (id, { sequenceNumber }) => received.push(`${name}: ${id} ${sequenceNumber}`) > 0,
        renegotiate: () => {}
      },
      publisher: { requestKeyFrame: (trackType) => keyFrameRequests.push(`${name}: ${trackType}`) }
    }
    return connection as NodeConnection
  }
  const join = (userId: string, connection: NodeConnection) => {
    const participant = { userId, sessionId: `${userId}1` }
    call.sessions.set(participant.sessionId, Session.make(participant, connection, true))
    Dispatch.run(call, {
      _tag: "Join",
      participant,
      profile: {},
      now: 0,
      prefix: userId,
      receives: true,
      grants: defaults.grants,
      reconnection: undefined,
      replaced: new Set()
    })
    return call.sessions.get(participant.sessionId)!
  }
  const own = connect("alice")
  const session = join("alice", own)
  join("bob", connect("bob", "alice1 Video", "alice1 Audio"))
  join("carol", connect("carol"))
  Dispatch.run(call, { _tag: "SetTracks", sessionId: "alice1", trackTypes: ["Video", "Audio"] })
  return {
    call,
    own,
    session,
    connect,
    received,
    keyFrameRequests,
    mute: (trackType: TrackType, muted: boolean) =>
      Dispatch.run(call, { _tag: "UpdateMuteState", sessionId: "alice1", trackType, muted }),
    /** Packets are numbered from 1. */
    send: (trackType: TrackType, connection = own) =>
      Forwarding.forward(call, alice, connection, trackType, {
        source: alice,
        codec: "video/vp8",
        sequenceNumber: ++packets,
        timestamp: 0,
        marker: false,
        payload: Buffer.of(1),
        audioLevel: undefined
      })
  }
})

describe("A packet is forwarded", () => {
  it.effect("to the sessions that receive its track, while that is announced", () =>
    Effect.gen(function*() {
      const { mute, received, send } = yield* makeCall()
      send("Video")
      mute("Video", false)
      send("Video")
      mute("Video", true)
      send("Video")
      send("ScreenShare")
      assert.deepStrictEqual(received, ["bob: alice1 Video 2"])
    }))

  it.effect("to nobody else, so that a fault applies to those who would receive it", () =>
    Effect.gen(function*() {
      const { call, mute, received, send } = yield* makeCall()
      mute("Video", false)
      yield* call.packets.faults.drop({ to: "carol1" }, { times: 1 })
      const held = yield* call.packets.faults.hold({ from: "alice1", trackType: "Video" })
      send("Video")
      const items = yield* held.items
      assert.deepStrictEqual(items.map(({ fromUser, to, toUser }) => ({ fromUser, to, toUser })), [
        { fromUser: "alice", to: "bob1", toUser: "bob" }
      ])
      assert.deepStrictEqual(received, [])
    }))

  it.effect("not after its session has left", () =>
    Effect.gen(function*() {
      const { call, mute, received, send } = yield* makeCall()
      mute("Video", false)
      call.sessions.delete("alice1")
      send("Video")
      assert.deepStrictEqual(received, [])
    }))
})

describe("The first packet of a track", () => {
  for (const announce of ["firstMedia", "updateMuteStates"] as const) {
    it.effect(`${announce === "firstMedia" ? "announces" : "does not announce"} it with ${announce}`, () =>
      Effect.gen(function*() {
        const { call, received, send } = yield* makeCall({ announce })
        const isLive = () => Call.member(call, "alice1")?.tracks.get("Video") === "Live"
        send("Video")
        assert.deepStrictEqual([isLive(), received.length], announce === "firstMedia" ? [true, 1] : [false, 0])
      }))
  }
})

describe("While two connections send a track", () => {
  it.effect("the newer one replaces the older one, for each track by itself", () =>
    Effect.gen(function*() {
      const { connect, mute, own, received, send, session } = yield* makeCall()
      for (const trackType of ["Video", "Audio"] as const) mute(trackType, false)
      const newer = connect("newer")
      session.connections = [own, newer]
      send("Video", own)
      send("Video", newer)
      send("Video", own)
      send("Audio", own)
      send("Video", newer)
      assert.deepStrictEqual(received, [1, 2, 4, 5].map((n) => `bob: alice1 ${n === 4 ? "Audio" : "Video"} ${n}`))
    }))

  it.effect("each is asked for a key frame", () =>
    Effect.gen(function*() {
      const { call, connect, keyFrameRequests, own, session } = yield* makeCall()
      session.connections = [own, connect("newer")]
      Forwarding.requestKeyFrame(call, { ...alice, trackType: "Video" })
      Forwarding.requestKeyFrame(call, { userId: "dave", sessionId: "dave1", trackType: "Video" })
      assert.deepStrictEqual(keyFrameRequests, ["alice: Video", "newer: Video"])
    }))
})

describe("A pause of a video", () => {
  it.effect("ends when the video is muted, is unpublished by the SFU, or is removed", () =>
    Effect.gen(function*() {
      const { call, mute, received, send } = yield* makeCall()
      const isPaused = () => Forwarding.pauseVideo(call, "bob1", { ...alice, trackType: "Video" }, true)
      const publish = () => {
        Dispatch.run(call, { _tag: "SetTracks", sessionId: "alice1", trackTypes: ["Video", "Audio"] })
        mute("Video", false)
      }
      const ends = [
        () => mute("Video", true),
        () => Dispatch.run(call, { _tag: "Unpublish", sessionId: "alice1", trackType: "Video", cause: "Moderation" }),
        () => Dispatch.run(call, { _tag: "SetTracks", sessionId: "alice1", trackTypes: ["Audio"] })
      ]
      for (const end of ends) {
        publish()
        assert.isTrue(isPaused())
        send("Video")
        assert.deepStrictEqual(received, [])
        end()
        assert.isFalse(isPaused())
        publish()
        send("Video")
        assert.lengthOf(received.splice(0), 1)
      }
    }))
})
