/**
 * Merging messages into the roster, as facts.
 */
import type { SfuParticipant, TrackType } from "effect-track-resolver"
import { describe, expect, test } from "vitest"
import type { RosterFact } from "../../src/edge/internal/Roster.ts"
import { Roster } from "../../src/edge/internal/Roster.ts"
import { alice, aliceAgain, bob, camera, microphone, screen, screenAudio } from "../support/people.ts"
import { joined, left, published, sfuParticipant, unpublished, updated } from "./Harness.ts"

const describeFact = (fact: RosterFact): string => {
  switch (fact._tag) {
    case "Joined":
      return `${fact.participant.userId} ${fact.participant.sessionId} joined`
    case "Left":
      return `${fact.participant?.userId ?? "unknown"} ${fact.entry.sessionId} left`
    case "PrefixChanged":
      return `prefix ${fact.prefix}`
    case "Published":
    case "Unpublished":
      return `${fact.entry.sessionId} ${fact.trackType} ${fact._tag === "Published" ? "published" : "unpublished"}`
    case "Full":
      return "full"
  }
}

/** The facts of each event after the others. */
const facts = (...events: ReadonlyArray<Parameters<Roster["onEvent"]>[0]>): ReadonlyArray<ReadonlyArray<string>> => {
  const roster = new Roster()
  return events.map((event) => roster.onEvent(event).map(describeFact))
}

type Event = Parameters<Roster["onEvent"]>[0]
const join = (...args: Parameters<typeof joined>) => joined(...args) as Event
const update = (...args: Parameters<typeof updated>) => updated(...args) as Event
const leave = (...args: Parameters<typeof left>) => left(...args) as Event
const publish = (...args: Parameters<typeof published>) => published(...args) as Event
const unpublish = (...args: Parameters<typeof unpublished>) => unpublished(...args) as Event

describe("a participant message", () => {
  test("joins, sets the prefix, then publishes", () => {
    expect(facts(join(alice, "p", ["Video", "Audio"]))).toEqual([
      ["alice a1 joined", "prefix p", "a1 Audio published", "a1 Video published"]
    ])
  })

  test("that is repeated gives no fact", () => {
    expect(facts(join(alice, "p", ["Video"]), join(alice, "p", ["Video"]))[1]).toEqual([])
  })

  test("fills in only the types that no event has reported", () => {
    const [, second] = facts(unpublish(camera(alice)), join(alice, undefined, ["Video", "Audio"]))
    expect(second).toEqual(["alice a1 joined", "a1 Audio published"])
  })

  test("of any kind fills in the types that no event has reported", () => {
    const both: ReadonlyArray<TrackType> = ["Audio", "Video"]
    const known = ["alice a1 joined", "prefix p", "a1 Audio published", "a1 Video published"]
    expect(facts(update(alice, "p", both))).toEqual([known])
    expect(facts(publish(camera(alice), sfuParticipant(alice, "p", both)))).toEqual([known])
    expect(facts(unpublish(screen(alice), sfuParticipant(alice, "p", both)))).toEqual([
      [...known, "a1 ScreenShare unpublished"]
    ])
    const later = ["a1 Audio published", "a1 Video published"]
    for (const empty of [join(alice, "p"), update(alice, "p"), publish(screen(alice), sfuParticipant(alice, "p"))]) {
      expect(facts(empty, update(alice, "p", both))[1]).toEqual(later)
      expect(facts(empty, publish(camera(alice), sfuParticipant(alice, "p", both)))[1]).toEqual(later)
      expect(facts(empty, unpublish(screenAudio(alice), sfuParticipant(alice, "p", both)))[1])
        .toEqual([...later, "a1 ScreenShareAudio unpublished"])
    }
  })

  test("that is older than the events neither revives nor ends a publication", () => {
    const stale = sfuParticipant(alice, "p", ["Audio"])
    const events = [publish(camera(alice)), unpublish(microphone(alice))]
    for (const late of [join(alice, "p", ["Audio"]), update(alice, "p", ["Audio"]), publish(screen(alice), stale)]) {
      expect(facts(...events, late)[2]).not.toContain("a1 Audio published")
      expect(facts(...events, late)[2]).not.toContain("a1 Video unpublished")
    }
  })

  test("inside an event about a type does not report that type", () => {
    expect(facts(unpublish(microphone(alice), sfuParticipant(alice, "p", ["Audio"])))).toEqual([
      ["alice a1 joined", "prefix p", "a1 Audio unpublished"]
    ])
  })

  test("without a prefix keeps the known one", () => {
    expect(facts(join(alice, "p"), update(alice))[1]).toEqual([])
  })
})

describe("the user id of a participant message overrules that of an event", () => {
  test("publications end under the old user id and begin under the new one", () => {
    const eve = { ...alice, userId: "eve" }
    const [, , third] = facts(publish(camera(eve)), unpublish(microphone(eve)), join(alice, "p", ["Audio"]))
    expect(third).toEqual(["eve a1 left", "alice a1 joined", "prefix p", "a1 Video published"])
  })

  test("a type that has ended under the old one stays ended under the new one", () => {
    const eve = { ...alice, userId: "eve" }
    expect(facts(unpublish(microphone(eve)), join(alice, "p"), update(alice, "p", ["Audio"]))[2]).toEqual([])
  })
})

describe("a session without a participant message", () => {
  test("is announced by a publication that contains its user id", () => {
    expect(facts(publish(camera(alice)), join(alice, "p", ["Video"]))).toEqual([
      ["alice a1 joined", "a1 Video published"],
      ["prefix p"]
    ])
  })

  test("is announced with the publications that came without a user id", () => {
    const anonymous: Event = { _tag: "TrackPublished", publication: { sessionId: "a1", trackType: "Audio" } }
    expect(facts(anonymous, publish(camera(alice)))).toEqual([
      ["a1 Audio published"],
      ["alice a1 joined", "a1 Audio published", "a1 Video published"]
    ])
  })

  test("is not announced by the end of a publication", () => {
    expect(facts(unpublish(camera(alice)))).toEqual([["a1 Video unpublished"]])
  })
})

describe("Law 13: a session that left returns with a message that shows that it has joined again", () => {
  const gone = [join(alice, "p", ["Video"]), leave(alice)]
  const returned = ["alice a1 joined", "prefix p"]

  test("a participant-joined revives it", () => {
    expect(facts(...gone, join(alice, "p"))[2]).toEqual(returned)
  })

  test("a join response revives it", () => {
    const roster = new Roster()
    for (const event of gone) roster.onEvent(event)
    expect(roster.onJoinResponse("agent", [sfuParticipant(alice, "p")]).map(describeFact)).toEqual(returned)
  })

  test("a track-published that contains the participant revives it, with its list", () => {
    expect(facts(...gone, publish(camera(alice), sfuParticipant(alice, "p", ["Audio"])))[2])
      .toEqual([...returned, "a1 Audio published", "a1 Video published"])
  })

  test("no publication event without a participant, no track-unpublished and no update revives it", () => {
    const late = [publish(camera(alice)), unpublish(camera(alice), sfuParticipant(alice, "p")), update(alice, "p")]
    for (const event of late) expect(facts(...gone, event)[2]).toEqual([])
  })

  const at = (joinedAt: number): SfuParticipant => ({ ...sfuParticipant(alice, "p", ["Video"]), joinedAt })
  const messages = (participant: SfuParticipant): ReadonlyArray<Event> => [
    { _tag: "ParticipantUpdated", participant },
    publish(microphone(alice), participant),
    unpublish(microphone(alice), participant)
  ]
  /** The time of the join is in the message that names the session, or in the leave. */
  const stays: ReadonlyArray<ReadonlyArray<Event>> = [
    [{ _tag: "ParticipantJoined", participant: at(1_000) }, leave(alice)],
    [join(alice, "p"), { _tag: "ParticipantLeft", participant: at(1_000) }],
    [{ _tag: "ParticipantLeft", participant: at(1_000) }, leave(alice)]
  ]

  test("any message with a later time of the join revives it", () => {
    for (const stay of stays) {
      for (const event of messages(at(1_001))) expect(facts(...stay, event)[2]?.slice(0, 2)).toEqual(returned)
    }
  })

  test("a late message with the same time of the join does not, whatever it is about", () => {
    for (const stay of stays) {
      for (const event of messages(at(1_000))) expect(facts(...stay, event)[2]).toEqual([])
    }
  })
})

describe("a prefix", () => {
  test("belongs to the last session that claimed it, and returns when that session leaves", () => {
    const roster = new Roster()
    const owner = () => roster.ownerOf("p")?.sessionId
    roster.onEvent(join(alice, "p"))
    roster.onEvent(join(aliceAgain, "p"))
    roster.onEvent(update(alice, "p"))
    expect(owner()).toBe("a2")
    expect(roster.onEvent(leave(aliceAgain)).map(describeFact)).toEqual(["alice a2 left", "prefix p"])
    expect(owner()).toBe("a1")
  })

  test("that is replaced returns to its earlier claimant", () => {
    const roster = new Roster()
    roster.onEvent(join(alice, "p"))
    roster.onEvent(join(bob, "p"))
    expect(roster.onEvent(update(bob, "q")).map(describeFact)).toEqual(["prefix q", "prefix p"])
    expect(roster.ownerOf("p")?.sessionId).toBe("a1")
  })
})

describe("a join response", () => {
  const roster = () => {
    const roster = new Roster()
    const types: ReadonlyArray<TrackType> = ["Audio", "Video"]
    roster.onJoinResponse("agent", [sfuParticipant(alice, "p", types), sfuParticipant(bob, "q", ["Video"])])
    return roster
  }

  test("removes the sessions and publications that are missing from it", () => {
    expect(roster().onJoinResponse("agent", [sfuParticipant(alice, "p", ["Audio"])]).map(describeFact))
      .toEqual(["a1 Video unpublished", "bob b1 left", "prefix q"])
  })

  test("overrules earlier unpublish events", () => {
    const before = roster()
    before.onEvent(unpublish(camera(alice)))
    expect(before.onJoinResponse("agent", [sfuParticipant(alice, "p", ["Audio", "Video"])]).map(describeFact))
      .toEqual(["bob b1 left", "prefix q", "a1 Video published"])
  })

  test("counts as an event for what it ends: an older list does not revive it", () => {
    const before = roster()
    before.onJoinResponse("agent", [sfuParticipant(alice, "p", ["Audio"])])
    expect(before.onEvent(update(alice, "p", ["Audio", "Video"])).map(describeFact)).toEqual([])
    before.onEvent(unpublish(microphone(alice)))
    before.onJoinResponse("agent", [sfuParticipant(alice, "p")])
    expect(before.onEvent(update(alice, "p", ["Audio"])).map(describeFact)).toEqual([])
  })

  test("of another session does not announce our former one", () => {
    const own = { userId: "robot", sessionId: "agent" }
    const before = roster()
    const facts = before.onJoinResponse("agent-2", [sfuParticipant(own, "me", ["Video"]), sfuParticipant(alice, "p")])
    expect(facts.map(describeFact)).not.toContain("robot agent joined")
    expect(before.get("agent")?.isOwn).toBe(true)
  })
})

describe("memory", () => {
  test("at most 8,192 sessions without a known user are kept: the oldest leaves", () => {
    const roster = new Roster()
    const publishAnonymously = (n: number) =>
      roster.onEvent({ _tag: "TrackPublished", publication: { sessionId: `s${n}`, trackType: "Video" } })
    const last = Array.from({ length: 8_193 }, (_, n) => publishAnonymously(n).map(describeFact)).at(-1)
    expect(last).toEqual(["unknown s0 left", "s8192 Video published"])
    expect(roster.all.length).toBe(8_192)
  })

  test("a session whose user is known is never removed for another one", () => {
    const roster = new Roster()
    for (let n = 0; n < 8_193; n++) roster.onEvent(publish(camera({ userId: `u${n}`, sessionId: `s${n}` })))
    expect(roster.all.length).toBe(8_193)
  })

  test("nothing is left after removeAll", () => {
    const roster = new Roster()
    roster.onEvent(join(alice, "p", ["Video"]))
    expect(roster.removeAll().map(describeFact)).toEqual(["alice a1 left", "prefix p"])
    expect([roster.all, roster.ownerOf("p")]).toEqual([[], undefined])
  })
})
