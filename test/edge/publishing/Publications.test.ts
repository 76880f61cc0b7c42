/**
 * The list of publications: transitions in, outcomes and the next state out.
 */
import { assert, describe, test } from "@effect/vitest"
import * as Publications from "../../../src/edge/publishing/Publications.ts"
import { after, announced, first, outcomes, outgoing, phases, publications, track } from "./Fixtures.ts"

const microphone = track("microphone")

const vp8 = { name: "VP8", clockRate: 90_000 }

const added = (...requests: ReadonlyArray<Parameters<typeof Publications.add>[1]>) =>
  requests.reduce((state, request) => {
    const result = Publications.add(state, request)
    if (typeof result === "string") throw new Error(result)
    return result[1]
  }, Publications.empty)

const mute = { id: 0, track: microphone, trackType: "Audio", muted: true } as const

describe("add", () => {
  test("requests are kept in their order, each under a new id", () => {
    const state = added({ trackType: "Video", codec: vp8 }, { trackType: "Audio" })
    assert.deepStrictEqual(state.list.map(({ codec, id, phase, trackType }) => [id, trackType, codec, phase]), [
      [0, "Video", vp8, "Requested"],
      [1, "Audio", undefined, "Requested"]
    ])
    const [id] = Publications.add(after(state, Publications.remove([0])), { trackType: "Video" })
    assert.strictEqual(id, 2)
  })

  test("a request has the size of its video, and no quality is requested of it", () => {
    const dimension = { width: 640, height: 480 }
    assert.deepInclude(first(added({ trackType: "Video", dimension })), {
      dimension,
      isMuted: false,
      quality: { trackType: "Video", layers: [] }
    })
  })

  test("a second publication of a track type is AlreadyPublished", () => {
    for (const phase of ["Requested", "Published"] as const) {
      assert.strictEqual(Publications.add(publications({ phase }), { trackType: "Audio" }), "AlreadyPublished")
    }
  })

  test("an ending publication leaves its track type free", () => {
    assert.isArray(Publications.add(publications({ phase: "Ending" }), { trackType: "Audio" }))
  })

  test("after the end of the call it is Ended", () => {
    assert.strictEqual(Publications.add(after(publications(), Publications.endAll), { trackType: "Audio" }), "Ended")
  })
})

describe("end, by the caller", () => {
  test("with an open socket the caller waits until the SFU is informed", () => {
    const end = Publications.end(0, "Open")
    assert.deepStrictEqual(outcomes(publications({}), end), [])
    assert.deepStrictEqual(phases(after(publications({}), end)), ["Audio Ending"])
  })

  test("while the socket is lost the caller is released, and the next socket still informs the SFU", () => {
    const end = Publications.end(0, "Ended")
    assert.deepStrictEqual(outcomes(publications({}), end), ["Released 0"])
    assert.deepStrictEqual(phases(after(publications({}), end)), ["Audio Ending"])
  })

  test("without an epoch the publication is removed", () => {
    const end = Publications.end(0, "None")
    assert.deepStrictEqual(outcomes(publications({}), end), ["Removed 0"])
    assert.deepStrictEqual(phases(after(publications({}), end)), [])
  })

  test("of a publication that was removed is a no-op", () => {
    for (const signalling of ["Open", "Ended", "None"] as const) {
      assert.deepStrictEqual(Publications.end(0, signalling)(Publications.empty), [[], Publications.empty])
    }
  })
})

describe("endAll", () => {
  test("refuses what is requested, stops what is published, and removes all", () => {
    const state = publications({ phase: "Requested" }, { phase: "Published" }, { phase: "Ending" })
    assert.deepStrictEqual(outcomes(state, Publications.endAll), [
      "Refused 0: Ended",
      "Removed 0",
      "Stopped 1: Ended",
      "Removed 1",
      "Refused 2: Ended",
      "Removed 2"
    ])
    assert.deepInclude(after(state, Publications.endAll), { list: [], isEnded: true })
  })
})

describe("setMuted", () => {
  test("changes the wanted state and not the SFU's", () => {
    const state = after(publications({ outgoing: outgoing(1, microphone) }), Publications.setMuted(0, true))
    assert.isTrue(first(state).isMuted)
    assert.isFalse(first(state).outgoing?.isMutedAtSfu)
    assert.isFalse(first(after(state, Publications.setMuted(0, false))).isMuted)
  })

  test("a refused state is sent again if the caller sets it again", () => {
    const state = after(
      publications({ isMuted: true, outgoing: outgoing(1, microphone) }),
      Publications.refuseMutes([mute])
    )
    assert.isTrue(first(state).outgoing?.refusedMute)
    assert.isUndefined(first(after(state, Publications.setMuted(0, true))).outgoing?.refusedMute)
  })

  test("without a track it is kept for the next epoch", () => {
    const state = after(publications({}), Publications.setMuted(0, true))
    assert.deepInclude(first(state), { isMuted: true, outgoing: undefined })
  })

  test("of one publication leaves the others", () => {
    const state = after(publications({}, { trackType: "Video" }), Publications.setMuted(1, true))
    assert.deepStrictEqual(state.list.map(({ isMuted }) => isMuted), [false, true])
  })
})

describe("setGrants", () => {
  const noAudio = Publications.setGrants({ audio: false, video: true, screenShare: true })

  test("stops what is published, and refuses what is requested", () => {
    const state = publications(
      { phase: "Published" },
      { phase: "Requested" },
      { phase: "Ending" },
      { trackType: "Video" }
    )
    assert.deepStrictEqual(outcomes(state, noAudio), ["Stopped 0: NotAllowed", "Refused 1: NotAllowed"])
    assert.deepStrictEqual(phases(after(state, noAudio)), [
      "Audio Ending",
      "Audio Ending",
      "Audio Ending",
      "Video Published"
    ])
  })

  test("later requests are checked against them", () => {
    const state = after(publications({ phase: "Requested" }), noAudio)
    assert.strictEqual(Publications.admit(state, first(publications({}))), "NotAllowed")
  })
})

describe("the quality", () => {
  const layer = { name: "f", active: false }
  const wanted = { trackType: "Audio" as const, publishOptionId: 2, layers: [layer] }

  test("that names an option is that of a track without one", () => {
    const state = publications({}, { outgoing: outgoing(1, microphone) })
    assert.deepStrictEqual(outcomes(state, Publications.setQualities([wanted])), [
      "QualityChanged 0: f",
      "QualityChanged 1: f"
    ])
  })

  test("is not reported if it does not change", () => {
    const state = after(publications({}, { trackType: "Video" }), Publications.setQualities([wanted]))
    assert.deepStrictEqual(outcomes(state, Publications.setQualities([wanted])), [])
    assert.deepStrictEqual(outcomes(state, Publications.resetQualities), ["QualityChanged 0: "])
    assert.deepStrictEqual(outcomes(after(state, Publications.resetQualities), Publications.resetQualities), [])
  })
})

describe("revokeBySfu", () => {
  const published = publications({ outgoing: outgoing(1, microphone) }, { trackType: "Video" })

  test("leaves our tracks of other types", () => {
    const both = publications({ outgoing: outgoing(1, microphone) }, {
      trackType: "Video",
      outgoing: outgoing(1, track("camera"))
    })
    assert.deepStrictEqual(outcomes(both, Publications.revokeBySfu("Video", "Moderation")), ["Stopped 1: Moderation"])
  })

  test("stops our track of that type, with the cause", () => {
    for (const cause of ["Moderation", "PermissionRevoked"] as const) {
      assert.deepStrictEqual(outcomes(published, Publications.revokeBySfu("Audio", cause)), [`Stopped 0: ${cause}`])
    }
  })

  test("refuses a request that is being offered, with the cause in its detail", () => {
    const requested = publications({ phase: "Requested", outgoing: outgoing(1, microphone) })
    assert.deepStrictEqual(outcomes(requested, Publications.revokeBySfu("Audio", "Moderation")), [
      "Refused 0: NotAllowed (Moderation)"
    ])
  })

  test("an event for a track that is not sent is about an earlier one: a no-op", () => {
    const requested = publications({ phase: "Requested" })
    assert.deepStrictEqual(outcomes(requested, Publications.revokeBySfu("Audio", "Moderation")), [])
  })

  test("the confirmation of our own unpublish or mute is a no-op", () => {
    for (const cause of ["Unspecified", "UserMuted"] as const) {
      assert.deepStrictEqual(Publications.revokeBySfu("Audio", cause)(published), [[], published])
    }
  })

  test("a publication that is ending is not stopped again", () => {
    const ending = publications({ phase: "Ending", outgoing: outgoing(1, microphone) })
    assert.deepStrictEqual(outcomes(ending, Publications.revokeBySfu("Audio", "Moderation")), [])
  })
})

describe("publish, refuse and stop, by the worker", () => {
  const requested = publications({ phase: "Requested" })

  test("publish completes the request", () => {
    assert.deepStrictEqual(outcomes(requested, Publications.publish(0, vp8)), ["Published 0: VP8"])
    assert.deepStrictEqual(phases(after(requested, Publications.publish(0, vp8))), ["Audio Published"])
  })

  test("a publication that was ended since stays ending", () => {
    const ending = publications({ phase: "Ending" })
    assert.deepStrictEqual(phases(after(ending, Publications.publish(0, vp8))), ["Audio Ending"])
  })

  test("refuse and stop leave the publication in the list, to be unpublished", () => {
    const refuse = Publications.refuse(0, "Refused", "no")
    assert.deepStrictEqual(outcomes(requested, refuse), ["Refused 0: Refused (no)"])
    assert.deepStrictEqual(phases(after(requested, refuse)), ["Audio Ending"])
    const stop = Publications.stop(0, "Refused")
    assert.deepStrictEqual(outcomes(publications({}, {}), stop), ["Stopped 0: Refused"])
    assert.deepStrictEqual(phases(after(publications({}, {}), stop)), ["Audio Ending", "Audio Published"])
  })
})

describe("mute states at the SFU", () => {
  const sending = publications({ outgoing: outgoing(1, microphone) })

  test("acceptMutes records them", () => {
    assert.isTrue(first(after(sending, Publications.acceptMutes([mute]))).outgoing?.isMutedAtSfu)
  })

  test("refuseMutes records them apart", () => {
    assert.deepInclude(first(after(sending, Publications.refuseMutes([mute]))).outgoing, {
      isMutedAtSfu: false,
      refusedMute: true
    })
  })

  test("a response about a track that was replaced is a no-op", () => {
    const replaced = publications({ outgoing: outgoing(2, track("another")) }, {})
    assert.deepStrictEqual(
      after(replaced, Publications.acceptMutes([mute]), Publications.refuseMutes([mute])),
      replaced
    )
  })
})

describe("describeOffer", () => {
  test("contains the wanted mute state, the dimension and the publish option", () => {
    const dimension = { width: 640, height: 480 }
    const state = publications({
      trackType: "Video",
      isMuted: true,
      dimension,
      outgoing: outgoing(1, microphone, { admission: { codec: vp8, publishOptionId: 3 } })
    })
    assert.deepStrictEqual(Publications.describeOffer(state, { tracks: [{ track: microphone, mid: "5" }] }), [{
      id: 0,
      announced: {
        trackId: "microphone",
        trackType: "Video",
        mid: "5",
        muted: true,
        dimension,
        codec: vp8,
        publishOptionId: 3
      }
    }])
  })

  test("leaves out a track that no publication has", () => {
    const offer = { tracks: [{ track: track("another"), mid: "0" }] }
    assert.deepStrictEqual(Publications.describeOffer(publications({}), offer), [])
  })
})

describe("announcedTracks", () => {
  test("what was offered, with the wanted mute state, without what is ending", () => {
    const state = after(
      publications({ isMuted: true }, { trackType: "Video", phase: "Ending" }, { trackType: "ScreenShare" }),
      Publications.setAnnounced([
        { id: 0, announced: announced("Audio") },
        { id: 1, announced: announced("Video") }
      ])
    )
    assert.deepStrictEqual(Publications.announcedTracks(state), [{ ...announced("Audio"), muted: true }])
  })
})

describe("setAnnounced", () => {
  test("an offer without a publication leaves what the SFU knew of it", () => {
    const state = publications({ announced: announced("Audio") }, { trackType: "Video" })
    const next = after(state, Publications.setAnnounced([{ id: 1, announced: announced("Video") }]))
    assert.deepStrictEqual(next.list.map(({ announced }) => announced?.trackType), ["Audio", "Video"])
  })
})

describe("the connections of the epochs", () => {
  test("an epoch that is connected is kept once, until it is not, or ends", () => {
    const connect = (epochId: number) => Publications.setConnected(epochId, true)
    const state = after(publications(), connect(1), connect(2), connect(1))
    assert.deepStrictEqual(state.connected, [2, 1])
    assert.deepStrictEqual(after(state, Publications.setConnected(1, false)).connected, [2])
    assert.deepStrictEqual(after(state, Publications.endEpoch(2, true)).connected, [1])
  })

  test("the track of a former connection is not kept after that has closed", () => {
    const state = publications({ outgoing: outgoing(2, microphone, { former: track("former") }) })
    assert.deepInclude(first(after(state, Publications.endEpoch(1, false))).outgoing, { epochId: 2, former: undefined })
  })
})

describe("the end of a socket and of an epoch", () => {
  test("releaseEnding releases the callers, and keeps the publications for the next socket", () => {
    const state = publications({ phase: "Ending" }, { phase: "Published" })
    assert.deepStrictEqual(Publications.releaseEnding(state)[1], state)
    assert.deepStrictEqual(outcomes(state, Publications.releaseEnding), ["Released 0"])
  })

  test("endEpoch takes the tracks of that epoch off, and removes what is ending", () => {
    const state = publications(
      { outgoing: outgoing(1, microphone) },
      { outgoing: outgoing(2, microphone) },
      { phase: "Ending" }
    )
    assert.deepStrictEqual(outcomes(state, Publications.endEpoch(1, true)), ["Removed 2"])
    assert.deepStrictEqual(
      after(state, Publications.endEpoch(1, true)).list.map(({ outgoing }) => outgoing?.epochId),
      [undefined, 2]
    )
  })

  test("beside another epoch, what is ending is left to that one", () => {
    assert.deepStrictEqual(outcomes(publications({ phase: "Ending" }), Publications.endEpoch(1, false)), [])
  })
})

describe("admit", () => {
  test("a publication keeps the codec that it was announced with", () => {
    const state = publications({ trackType: "Video", announced: announced("Video", { ...vp8, name: "VP9" }) })
    assert.deepInclude(Publications.admit(state, first(state)), { codec: { ...vp8, name: "VP9" } })
  })
})

describe("remove", () => {
  test("only what is named", () => {
    const state = publications({ phase: "Ending" }, { phase: "Ending" })
    assert.deepStrictEqual(outcomes(state, Publications.remove([1, 7])), ["Removed 1"])
    assert.deepStrictEqual(after(state, Publications.remove([1, 7])).list.map(({ id }) => id), [0])
  })
})
