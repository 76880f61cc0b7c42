/**
 * A wrong setting names itself at once.
 */
import { describe, expect, test } from "vitest"
import { defaults } from "../src/Settings.ts"
import { check, checkPacketInterval } from "../src/SettingsCheck.ts"

test("the defaults are right, and so is no setting", () => {
  check(defaults)
  check({})
})

const choices = [
  "announce",
  "retiredSection",
  "reuseSection",
  "reuseSsrc",
  "sectionDirection",
  "mediaStarts",
  "previousSession",
  "migrationComplete",
  "migrationCompletes",
  "prefix"
]
const flags = Object.entries(defaults).filter(([, value]) => typeof value === "boolean").map(([name]) => name)
const durations = ["offerTimeout", "tokenTimeToLive", "reconnectDeadline"]

describe("a wrong value", () => {
  test.each<[setting: string, expected: string, wrong: ReadonlyArray<unknown>]>([
    ...choices.map((name) => [name, "one of ", ["never again", 1, {}, null]] as [string, string, Array<unknown>]),
    ...flags.map((name) => [name, "a boolean", ["true", 1, null]] as [string, string, Array<unknown>]),
    ...durations.map((name) =>
      [name, "a duration of zero or more", [-1, NaN, "soon", null]] as [
        string,
        string,
        Array<unknown>
      ]
    ),
    ["joinListLimit", "a number of 0 or more", [-1, NaN, "3"]],
    ["grants", "a boolean for audio, video and screenShare", [{}, null, { audio: true, video: true, screenShare: 1 }]],
    ["moderators", "lists of capabilities by user id", [null, "eve", { eve: "mute-users" }, { eve: ["fly"] }]],
    ["publishOptions", "a list of track types with a codec", [
      {},
      [null],
      [{ trackType: "audio", codec: "opus" }],
      [{ trackType: "Audio", codec: "G711" }]
    ]]
  ])("of %s must be %s", (setting, expected, wrong) => {
    for (const value of wrong) {
      expect(() => check({ [setting]: value })).toThrow(`LoopbackSfu: ${setting} must be ${expected}`)
    }
  })

  test("of every setting is noticed", () => {
    expect([...choices, ...flags, ...durations, "joinListLimit", "grants", "moderators", "publishOptions"].toSorted())
      .toEqual(Object.keys(defaults).toSorted())
  })

  test("of the options themselves", () => {
    for (const options of [null, "defaults", 1]) {
      expect(() => check(options as never)).toThrow("LoopbackSfu: options must be an object")
    }
  })
})

test("a packet interval that is not a finite duration above zero is wrong", () => {
  for (const interval of [undefined, 1, 0.5, "150 millis"] as const) checkPacketInterval(interval)
  for (const interval of [0, -1, NaN, Infinity, "0 millis"] as const) {
    expect(() => checkPacketInterval(interval)).toThrow(
      "LoopbackSfu: packetInterval must be a finite duration above zero"
    )
  }
})
