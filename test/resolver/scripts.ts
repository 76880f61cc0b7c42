/**
 * Scripts that once told the resolver and the model apart, and scripts that no random run plays often. Every run plays them.
 */
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"
import type { Options } from "./Event.ts"
import type { Action, Script } from "./Script.ts"

const a1: Participant = { userId: "alice", sessionId: "a1" }
const a2: Participant = { userId: "alice", sessionId: "a2" }
const a3: Participant = { userId: "alice", sessionId: "a3" }

const b1: Participant = { userId: "bob", sessionId: "b1" }

const overlapsNext = false

/** A video track, or an audio track by its type. */
const register = (trackId: string, participant?: Participant, trackType?: TrackType): Action => ({
  _tag: "Register",
  track: {
    trackId,
    kind: trackType === "Audio" ? "audio" : "video",
    participant: participant === undefined ? undefined : { ...participant },
    trackType
  },
  overlapsNext
})

const keyOf = (participant: Participant, trackType: TrackType = "Video"): TrackKey => ({ ...participant, trackType })

const call = (participant: Participant, trackType?: TrackType): Action => ({
  _tag: "Call",
  key: keyOf(participant, trackType),
  overlapsNext
})

const giveUp = (caller: number): Action => ({ _tag: "GiveUp", caller, overlapsNext })

const unpublish = (participant: Participant): Action => ({ _tag: "Unpublish", key: keyOf(participant), overlapsNext })

const leave = (participant: Participant): Action => ({ _tag: "Leave", participant, overlapsNext })

const retire = (trackId: string): Action => ({ _tag: "Retire", trackId, overlapsNext })

const tick = (millis: number): Action => ({ _tag: "Tick", millis, isTimerLate: false, overlapsNext })

/** The next action comes before a queued caller acquires the permit. So a caller of a bound key stays queued. */
const then = (action: Action): Action => ({ ...action, overlapsNext: true })

const under = (sessionMigration: Options["sessionMigration"], ...actions: ReadonlyArray<Action>): Script => ({
  options: { timeToLive: Infinity, capacity: 100, sessionMigration, anonymousTracks: "unique" },
  actions
})

/**
 * The first session is bound to `newer` and has a queued caller, which waits as soon as that binding ends. The pending track
 * `older` names the same key and was registered before `newer`.
 */
const boundWithOlderExact: ReadonlyArray<Action> = [
  register("older", b1, "Video"),
  call(a1),
  call(a1),
  then(register("newer", a1, "Video")),
  then(register("older", a1, "Video"))
]

export const scripts: ReadonlyArray<{ readonly name: string; readonly script: Script }> = [
  {
    name: "of two pairs of one step, the one that the arrival left possible is the most recent",
    script: under(
      "takeOver",
      register("t1", a2),
      call(a3),
      register("t0", a2),
      call(a2),
      register("t0", a3),
      call(a1)
    )
  },
  {
    name: "the pair of the arrival is made first, whichever key was called first",
    script: under("takeOver", register("t1", a2), register("t0", a2), call(a2), call(a3), register("t0", a3), call(a1))
  },
  {
    name: "the pair of the arrival is made first, whichever track was registered first",
    script: under("takeOver", register("t0", a2), register("t1", a2), call(a2), call(a3), register("t0", a3), call(a1))
  },
  {
    name: "a contradiction leaves an older exact track to the key",
    script: under("takeOver", ...boundWithOlderExact, register("newer", a2, "Video"))
  },
  {
    name: "a session that takes a track over leaves an older exact track to the key",
    script: under("takeOver", ...boundWithOlderExact, call(a2))
  },
  {
    name: "a retired track does not leave an older exact track to the key, and that one blocks a track without a type",
    script: under("takeOver", ...boundWithOlderExact, then(retire("newer")), register("kind", a1))
  },
  {
    name: "a waiting key does not take an older exact track than the one that a departure left",
    script: under(
      "takeOver",
      register("oldest", b1, "Video"),
      ...boundWithOlderExact,
      then(retire("newer")),
      register("oldest", a1, "Video")
    )
  },
  {
    name: "a republished key leaves its former track to the key that it names",
    script: under(
      "takeOver",
      call(a2),
      call(a2),
      then(register("moving", a2)),
      then(call(a1)),
      then(unpublish(a1)),
      then(register("new", a1)),
      call(a1)
    )
  },
  {
    name: "a republished key takes no track that fits another waiting key",
    script: under(
      "takeOver",
      register("old", a1, "Video"),
      call(a1),
      unpublish(a1),
      register("one", a1),
      register("other", a1),
      call(a1, "ScreenShare"),
      retire("other"),
      call(a1)
    )
  },
  {
    name: "tracks without a type block an anonymous track",
    script: under("takeOver", register("one", a1), register("other", a1), call(a1), register("anonymous"))
  },
  {
    name: "evidence that makes a binding exact drops what the user's other sessions left",
    script: under(
      "takeOver",
      register("left", a2, "Video"),
      call(a2),
      register("kind", a1),
      call(a1),
      leave(a2),
      register("kind", a1, "Video"),
      call(a3)
    )
  },
  {
    name: "a leave passes nothing on of a type that the session did not use",
    script: under(
      "afterLeave",
      register("left", a2, "Video"),
      call(a2),
      call(a1),
      call(a3),
      leave(a2),
      giveUp(0),
      register("pending", a1, "ScreenShare"),
      leave(a1)
    )
  },
  {
    name: "a leave of a session that waits passes on what another session left",
    script: under(
      "afterLeave",
      register("left", a2, "Video"),
      call(a2),
      call(a1),
      call(a3),
      leave(a2),
      leave(a1)
    )
  },
  {
    name: "the same evidence again makes no pair that a departure left",
    script: under(
      "takeOver",
      register("one", a1),
      register("other", a1),
      call(a1),
      retire("other"),
      register("one", a1)
    )
  },
  {
    name: "an exact track that a departure left blocks an anonymous track",
    script: under("takeOver", ...boundWithOlderExact, then(retire("newer")), register("anonymous"))
  },
  {
    name: "a waiting key does not take an exact track that is older than the newest of several",
    script: under(
      "takeOver",
      register("oldest", b1, "Video"),
      register("middle", b1, "Video"),
      ...boundWithOlderExact,
      then(register("oldest", a1, "Video")),
      then(retire("newer")),
      register("middle", a1, "Video")
    )
  },
  {
    name: "a superseding track forgets the older exact tracks of the key",
    script: under("takeOver", ...boundWithOlderExact, register("newest", a1, "Video"), retire("newest"))
  },
  {
    name: "a republished key takes the only track without a type that was registered since",
    script: under("takeOver", register("old", a1, "Video"), call(a1), unpublish(a1), register("new", a1), call(a1))
  },
  {
    name: "a republished key takes neither of two tracks without a type",
    script: under(
      "takeOver",
      register("old", a1, "Video"),
      call(a1),
      unpublish(a1),
      register("one", a1),
      register("other", a1),
      call(a1)
    )
  },
  {
    name: "a left track that was bound after a live one is inherited",
    script: under(
      "takeOver",
      register("live", a3),
      call(a3),
      register("left", a2, "Video"),
      call(a2),
      leave(a2),
      call(a1)
    )
  },
  {
    name: "a live track that was bound after a left one is inherited",
    script: under(
      "takeOver",
      register("left", a2),
      register("live", a3),
      call(a2),
      call(a3),
      leave(a2),
      call(a1)
    )
  },
  {
    name: "evidence about the type of an inherited track leaves its binding inherited",
    script: under("takeOver", register("moving", a2), call(a2), call(a1), register("moving", undefined, "Video"))
  },
  {
    name: "evidence that makes a binding better than anonymous, but not exact, drops nothing",
    script: under(
      "takeOver",
      register("anonymous"),
      call(a1),
      register("left", a2, "Video"),
      call(a2, "Video"),
      leave(a2),
      register("anonymous", a1)
    )
  },
  {
    name: "an exact binding drops what the user's other sessions left",
    script: under(
      "takeOver",
      call(a1),
      register("anonymous"),
      leave(a1),
      register("exact", a1, "Video"),
      call(a1)
    )
  },
  {
    name: "a leave passes tracks on in the order of their registration",
    script: under(
      "afterLeave",
      register("screen", a1, "ScreenShare"),
      register("camera", a1, "Video"),
      call(a1, "ScreenShare"),
      call(a1),
      call(a2),
      call(a2, "ScreenShare"),
      leave(a1)
    )
  },
  {
    name: "a step removes what has expired before it does anything else",
    script: {
      options: { timeToLive: 0, capacity: 100, sessionMigration: "takeOver", anonymousTracks: "unique" },
      actions: [call(b1), register("expired", a1), unpublish(b1)]
    }
  },
  {
    name: "a leave that passes a track on leaves an anonymous track to the only other key",
    script: under(
      "afterLeave",
      register("left", a1, "Video"),
      call(a1),
      call(a2),
      call(b1, "ScreenShare"),
      register("anonymous"),
      leave(a1)
    )
  },
  {
    name: "a bound track keeps the evidence of each registration",
    script: under(
      "takeOver",
      register("track"),
      call(a1),
      register("track", a1),
      register("track", undefined, "Video")
    )
  },
  {
    name: "a track that a departure left to one key is bound to another key that an arrival leaves to it",
    script: under(
      "takeOver",
      call(a1, "ScreenShare"),
      call(a1, "ScreenShare"),
      then(register("moving", a1, "ScreenShare")),
      then(register("one", a1)),
      then(register("other", a1)),
      then(call(a1)),
      then(retire("other")),
      register("moving", a1, "Video")
    )
  },
  {
    name: "a key to which a departure left one track is bound to another track that an arrival leaves to it",
    script: under(
      "takeOver",
      register("oldest", b1, "Video"),
      ...boundWithOlderExact,
      then(register("oldest", a1, "Video")),
      then(retire("newer")),
      register("older", a2, "Video")
    )
  },
  {
    name: "of two tracks that an arrival leaves unique, the one that was registered first is bound first",
    script: under(
      "takeOver",
      register("moving"),
      register("screen", undefined, "ScreenShare"),
      register("camera", undefined, "Video"),
      call(b1),
      call(b1, "ScreenShare"),
      register("moving", a1)
    )
  },
  {
    name: "a pair that a departure left does not hide one of lower evidence",
    script: under(
      "takeOver",
      register("one", a1),
      register("other", a1),
      call(a1),
      retire("other"),
      register("sound", undefined, "Audio"),
      call(a1, "Audio")
    )
  },
  {
    name: "a caller that gives up its permit is not resolved, and the next one is not before it has the permit",
    script: under("takeOver", call(a1), call(a1), then(giveUp(0)), then(register("track", a1)))
  },
  {
    name: "a timeout reports an anonymous track that a departure left",
    script: under("takeOver", call(b1), call(a1), register("anonymous"), leave(a1), giveUp(0))
  },
  {
    name: "a timeout reports a track without a type that a departure left",
    script: under("takeOver", register("one", a1), register("other", a1), call(a1), retire("other"), giveUp(0))
  },
  {
    name: "a timeout reports an anonymous track with a type beside one without",
    script: under("takeOver", register("typed", undefined, "Video"), register("untyped"), call(a1), giveUp(0))
  },
  {
    name: "a timeout reports an exact track that a departure left, and that it blocks one without a type",
    script: under("takeOver", ...boundWithOlderExact, then(retire("newer")), register("kind", a1), giveUp(0))
  },
  {
    name: "an anonymous track that fits two keys of different types is bound to neither",
    script: under("takeOver", call(a1), call(b1, "ScreenShare"), register("anonymous"))
  },
  {
    name: "each left track has its own time to live",
    script: {
      options: { timeToLive: 100, capacity: 100, sessionMigration: "takeOver", anonymousTracks: "unique" },
      actions: [
        register("one", a1, "Video"),
        call(a1),
        register("two", a1, "ScreenShare"),
        call(a1, "ScreenShare"),
        register("other", b1, "Video"),
        call(b1),
        leave(a1),
        tick(50),
        leave(b1),
        tick(60)
      ]
    }
  }
]
