/**
 * Merging messages into the roster, as facts.
 */
import type { TrackType } from "effect-track-resolver"
import { describe, expect, test } from "vitest"
import type { RosterFact } from "../../src/edge/internal/Roster.ts"
import { Roster } from "../../src/edge/internal/Roster.ts"
import { alice, aliceAgain, bob, camera, microphone } from "../support/people.ts"
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

  test("that is only an update does not report publications", () => {
    expect(facts(update(alice, "p", ["Video"]))).toEqual([["alice a1 joined", "prefix p"]])
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
})

describe("Law 13: a session that left is revived only by a participant-joined or a join response", () => {
  const gone = [join(alice, "p", ["Video"]), leave(alice)]

  test("publication events and updates give no fact", () => {
    expect(facts(...gone, publish(camera(alice), sfuParticipant(alice, "p")), update(alice, "p")).slice(2))
      .toEqual([[], []])
  })

  test("a participant-joined revives it", () => {
    expect(facts(...gone, join(alice, "p"))[2]).toEqual(["alice a1 joined", "prefix p"])
  })

  test("a join response revives it", () => {
    const roster = new Roster()
    for (const event of gone) roster.onEvent(event)
    expect(roster.onJoinResponse("agent", [sfuParticipant(alice, "p")]).map(describeFact))
      .toEqual(["alice a1 joined", "prefix p"])
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

  test("of another session does not announce our former one", () => {
    const own = { userId: "robot", sessionId: "agent" }
    const before = roster()
    const facts = before.onJoinResponse("agent-2", [sfuParticipant(own, "me", ["Video"]), sfuParticipant(alice, "p")])
    expect(facts.map(describeFact)).not.toContain("robot agent joined")
    expect(before.get("agent")?.isOwn).toBe(true)
  })
})

describe("memory", () => {
  test("at most 1,024 unnamed sessions are kept: the oldest leaves", () => {
    const roster = new Roster()
    const events = Array.from({ length: 1_025 }, (_, n) => publish(camera({ userId: `u${n}`, sessionId: `s${n}` })))
    const last = events.map((event) => roster.onEvent(event).map(describeFact)).at(-1)
    expect(last).toEqual(["u0 s0 left", "s1024 Video published"])
    expect(roster.all.length).toBe(1_024)
  })

  test("nothing is left after removeAll", () => {
    const roster = new Roster()
    roster.onEvent(join(alice, "p", ["Video"]))
    expect(roster.removeAll().map(describeFact)).toEqual(["alice a1 left", "prefix p"])
    expect([roster.all, roster.ownerOf("p")]).toEqual([[], undefined])
  })
})
