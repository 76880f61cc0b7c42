/**
 * Remote candidates by ICE generation: candidates and descriptions in, decisions out.
 */
import type { IceCandidate } from "effect-track-resolver"
import { describe, expect, test } from "vitest"
import * as IceGenerations from "../../src/werift/internal/IceGenerations.ts"

const of = (usernameFragment?: string, n = 1): IceCandidate => ({ candidate: `candidate:${n}`, usernameFragment })

/**
 * The outcome of each step. A candidate is added, held or dropped. A list of ufrags is an applied description; its outcome
 * is the held candidates that are added with it.
 */
const outcomesOf = (steps: ReadonlyArray<IceCandidate | ReadonlyArray<string>>): ReadonlyArray<unknown> => {
  let generations = IceGenerations.empty
  return steps.map((step) => {
    const [outcome, after] = "candidate" in step
      ? IceGenerations.receive(generations, step)
      : IceGenerations.apply(generations, new Set(step))
    generations = after
    return outcome
  })
}

describe("Candidates of the current description", () => {
  test("a candidate with its ufrag or with none is added", () => {
    expect(outcomesOf([["a"], of("a"), of()])).toEqual([[], "Add", "Add"])
  })

  test("a description that returns is current again", () => {
    expect(outcomesOf([["a"], ["b"], ["a"], of("a"), of("b")])).toEqual([[], [], [], "Add", "Drop"])
  })

  test("all ufrags of a description are one generation", () => {
    expect(outcomesOf([of("b"), ["a", "b"], of("a"), ["b", "c"], of("b"), of("a")])).toEqual([
      "Hold",
      [of("b")],
      "Add",
      [],
      "Add",
      "Drop"
    ])
  })

  test("the ufrag may be in the candidate's line only", () => {
    const line = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host generation 0 ufrag a network-id 1" }
    expect(outcomesOf([line, ["b"], line, ["a"], line])).toEqual(["Hold", [], "Hold", [line, line], "Add"])
  })
})

describe("H11: candidates before their description", () => {
  test("a candidate is held for its description, in order of arrival", () => {
    expect(outcomesOf([of("a", 1), of(undefined, 2), of("b", 3), of("a", 4), ["a"], ["b"]])).toEqual([
      "Hold",
      "Hold",
      "Hold",
      "Hold",
      [of("a", 1), of(undefined, 2), of("a", 4)],
      [of("b", 3)]
    ])
  })

  test("a held candidate whose description is superseded is dropped", () => {
    let generations = IceGenerations.empty
    for (const ufrag of ["a", "b", "c"]) generations = IceGenerations.receive(generations, of(ufrag))[1]
    for (const ufrag of ["b", "a"]) generations = IceGenerations.apply(generations, new Set([ufrag]))[1]
    expect(generations.held).toEqual([of("c")])
  })
})

describe("Candidates of a superseded description", () => {
  test("they are dropped, and those of a description that failed are held", () => {
    expect(outcomesOf([["a"], ["b"], of("a"), of("b"), of("failed"), of("a")])).toEqual([
      [],
      [],
      "Drop",
      "Add",
      "Hold",
      "Drop"
    ])
  })

  test("a ufrag that is superseded again is the newest: older ones are forgotten before it", () => {
    const others = Array.from({ length: 63 }, (_, n) => [`${n}`])
    const outcomes = outcomesOf([["a"], ["b"], ["a"], ...others, ["last"], of("a"), of("b")])
    expect(outcomes.slice(-2)).toEqual(["Drop", "Hold"])
  })

  test("held candidates and superseded ufrags are 64 each; the oldest is forgotten", () => {
    let generations = IceGenerations.empty
    for (let n = 0; n < 100; n++) generations = IceGenerations.receive(generations, of("later", n))[1]
    expect(generations.held.length).toBe(64)
    expect(generations.held.at(-1)).toEqual(of("later", 99))
    for (let n = 0; n < 100; n++) generations = IceGenerations.apply(generations, new Set([`${n}`]))[1]
    expect(generations.superseded.size).toBe(64)
  })
})
