/**
 * The next step of the publishing worker: publications and the status of an epoch in, one tagged value out.
 */
import { assert, describe, test } from "@effect/vitest"
import type { EpochStatus } from "../../../src/edge/publishing/NextStep.ts"
import { nextStep } from "../../../src/edge/publishing/NextStep.ts"
import * as Publications from "../../../src/edge/publishing/Publications.ts"
import { after, outgoing, publications, track } from "./Fixtures.ts"

const epoch: EpochStatus = { id: 1, isSocketOpen: true, needsIceRestart: false }

const none = { _tag: "None" }

const [microphone, camera] = [track("microphone"), track("camera")]

/** Published on the connection of the epoch, with the wanted mute state. */
const synced = { phase: "Published", outgoing: outgoing(1, microphone) } as const

describe("None", () => {
  test("nothing is wanted", () => {
    assert.deepStrictEqual(nextStep(Publications.empty, epoch), none)
  })

  test("all that is wanted is published, unmuted or muted", () => {
    const muted = { ...synced, isMuted: true, outgoing: outgoing(1, camera, { isMutedAtSfu: true }) }
    assert.deepStrictEqual(nextStep(publications(synced, muted), epoch), none)
  })

  test("while the socket has ended every difference waits", () => {
    const ended = { ...epoch, isSocketOpen: false, needsIceRestart: true }
    for (
      const wanted of [
        publications({ ...synced, phase: "Ending" }),
        publications({ phase: "Published" }),
        publications({ phase: "Requested" }),
        publications({ ...synced, isMuted: true }),
        publications(synced)
      ]
    ) {
      assert.deepStrictEqual(nextStep(wanted, ended), none)
    }
  })
})

describe("Unpublish", () => {
  test("mutes and stops every ending publication at once, in the order of the list", () => {
    const ending = publications(
      { phase: "Ending", trackType: "ScreenShare", outgoing: outgoing(1, camera) },
      synced,
      { phase: "Ending", trackType: "Audio", outgoing: outgoing(1, microphone) }
    )
    assert.deepStrictEqual(nextStep(ending, epoch), {
      _tag: "Unpublish",
      ids: [0, 2],
      mutes: [
        { id: 0, track: camera, trackType: "ScreenShare", muted: true },
        { id: 2, track: microphone, trackType: "Audio", muted: true }
      ],
      tracks: [camera, microphone]
    })
  })

  test("a track that is muted at the SFU is not muted again", () => {
    const ending = publications({ phase: "Ending", outgoing: outgoing(1, microphone, { isMutedAtSfu: true }) })
    assert.deepStrictEqual(nextStep(ending, epoch), { _tag: "Unpublish", ids: [0], mutes: [], tracks: [microphone] })
  })

  test("a track of another epoch is neither muted nor stopped", () => {
    const ending = publications({ phase: "Ending", outgoing: outgoing(0, microphone) }, { phase: "Ending" })
    assert.deepStrictEqual(nextStep(ending, epoch), { _tag: "Unpublish", ids: [0, 1], mutes: [], tracks: [] })
  })
})

describe("Republish", () => {
  test("every publication without a track in this epoch, in the order of the list", () => {
    const wanted = publications(
      { phase: "Published", outgoing: outgoing(0, microphone) },
      synced,
      { phase: "Published" },
      { phase: "Requested" }
    )
    assert.deepStrictEqual(nextStep(wanted, epoch), { _tag: "Republish", ids: [0, 2] })
  })
})

describe("RestartIce", () => {
  test("the connection needs it", () => {
    assert.deepStrictEqual(nextStep(publications(synced), { ...epoch, needsIceRestart: true }), { _tag: "RestartIce" })
  })
})

describe("SyncMute", () => {
  test("every publication whose mute state at the SFU is another, in one request", () => {
    const wanted = publications(
      { ...synced, isMuted: true },
      { ...synced, trackType: "Video", outgoing: outgoing(1, camera, { isMutedAtSfu: true }) },
      { ...synced, trackType: "ScreenShare" }
    )
    assert.deepStrictEqual(nextStep(wanted, epoch), {
      _tag: "SyncMute",
      updates: [
        { id: 0, track: microphone, trackType: "Audio", muted: true },
        { id: 1, track: camera, trackType: "Video", muted: false }
      ]
    })
  })

  test("a state that the SFU refused is not sent again", () => {
    const refused = { ...synced, isMuted: true, outgoing: outgoing(1, microphone, { refusedMute: true }) }
    assert.deepStrictEqual(nextStep(publications(refused), epoch), none)
  })

  test("a refused state does not hold back the opposite one", () => {
    const state = { ...synced, isMuted: true, outgoing: outgoing(1, microphone, { refusedMute: false }) }
    assert.strictEqual(nextStep(publications(state), epoch)._tag, "SyncMute")
  })

  test("a state that was lost with its socket is sent on the next socket", () => {
    const muted = after(publications(synced), Publications.setMuted(0, true))
    assert.deepStrictEqual(nextStep(muted, { ...epoch, isSocketOpen: false }), none)
    assert.strictEqual(nextStep(muted, epoch)._tag, "SyncMute")
  })

  test("a track that is being published is not unmuted by this step", () => {
    const state = { phase: "Requested", outgoing: outgoing(1, microphone, { isMutedAtSfu: true }) } as const
    assert.strictEqual(nextStep(publications(state), epoch)._tag, "PublishNew")
  })
})

describe("PublishNew", () => {
  test("the oldest request, one at a time", () => {
    const wanted = publications(synced, { phase: "Requested", trackType: "Video" }, { phase: "Requested" })
    assert.deepStrictEqual(nextStep(wanted, epoch), { _tag: "PublishNew", publication: wanted.list[1]! })
  })
})

describe("the order of the steps", () => {
  const differences = [
    ["Unpublish", { phase: "Ending" }],
    ["Republish", { phase: "Published" }],
    ["RestartIce", synced],
    ["SyncMute", { ...synced, isMuted: true }],
    ["PublishNew", { phase: "Requested" }],
    ["None", synced]
  ] as const

  for (const [index, [step]] of differences.entries()) {
    test(`${step} comes before all that follow`, () => {
      const rest = differences.slice(index)
      const needsIceRestart = rest.some(([later]) => later === "RestartIce")
      // The order in the list does not matter.
      const wanted = publications(...rest.map(([, state]) => state).toReversed())
      assert.strictEqual(nextStep(wanted, { ...epoch, needsIceRestart })._tag, step)
    })
  }
})
