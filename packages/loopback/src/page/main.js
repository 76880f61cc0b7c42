/**
 * The page: a person, their devices, and one stay in the call at a time.
 */
import { makeCall } from "./call.js"
import { capture, captureScreen } from "./media.js"
import { find, makeView } from "./view.js"
import { trackTypes } from "./wire.js"

/**
 * @typedef {import("./wire.js").TrackType} TrackType
 * @typedef {ReturnType<typeof makeCall>} Call
 * @typedef {{ readonly userId: string, readonly sessionId?: string, readonly unifiedSessionId?: string, readonly types: ReadonlyArray<"Audio" | "Video"> }} Stay
 */

const devices = /** @type {const} */ (["Audio", "Video"])

/** What this tab was doing when it was loaded again. */
const stays = {
  key: "stay",
  /** @returns {Stay | undefined} */
  read: () => JSON.parse(sessionStorage.getItem(stays.key) ?? "null") ?? undefined,
  /** @param {Stay} stay */
  write: (stay) => sessionStorage.setItem(stays.key, JSON.stringify(stay)),
  clear: () => sessionStorage.removeItem(stays.key)
}

const view = makeView(() =>
  view.notify("The browser plays no sound before you say so.", { label: "Turn on sound", run: () => view.playAll() })
)

/** @type {Call | undefined} */
let call
/** What had come in on each m-line when it was last looked at. @type {ReadonlyMap<string, import("./call.js").Figures>} */
let figures = new Map()
let lookedAt = 0
/** What has come in of each track since it is on its m-line. @type {Map<string, { base: number, frames: number, rate: number, level: number }>} */
let traffic = new Map()

/** @param {Call} current @returns {ReadonlyArray<import("./view.js").Tile>} */
const tilesOf = (current) => {
  const own = { sessionId: current.sessionId() ?? "own", userId: current.userId, name: current.userId, isOwn: true }
  const still = { isSpeaking: false, isDecoded: true, rate: 0, audio: undefined }
  const camera = current.own("Video")
  const screen = current.own("ScreenShare")
  const mine = [
    {
      ...own,
      ...still,
      id: "own",
      isScreen: false,
      hasMicrophone: current.own("Audio") !== undefined,
      video: camera,
      isPublished: camera !== undefined
    },
    ...screen
      ? [{ ...own, ...still, id: "own screen", isScreen: true, hasMicrophone: false, video: screen, isPublished: true }]
      : []
  ]
  const theirs = current.others().flatMap(({ media, name, published, sessionId, userId }) => {
    /** @type {(id: string, video: TrackType, audio: TrackType) => import("./view.js").Tile} */
    const tile = (id, videoType, audioType) => {
      const [video, audio] = [media(videoType), media(audioType)]
      const seen = traffic.get(`${video?.mid} ${sessionId} ${videoType}`)
      const heard = traffic.get(`${audio?.mid} ${sessionId} ${audioType}`)
      return {
        id,
        sessionId,
        userId,
        name,
        isOwn: false,
        isScreen: videoType === "ScreenShare",
        hasMicrophone: published.has("Audio"),
        isSpeaking: published.has(audioType) && (heard?.level ?? 0) > .02,
        video: video?.track,
        audio: published.has(audioType) ? audio?.track : undefined,
        isPublished: published.has(videoType),
        isDecoded: seen !== undefined && seen.frames > seen.base,
        rate: seen?.rate ?? 0
      }
    }
    return [
      tile(sessionId, "Video", "Audio"),
      ...published.has("ScreenShare") ? [tile(`${sessionId} screen`, "ScreenShare", "ScreenShareAudio")] : []
    ]
  })
  return [...mine, ...theirs]
}

const draw = () => {
  const phase = call?.phase()
  if (!call || !phase) return
  if (phase._tag === "Left") return over(phase)
  remember(call)
  view.draw({
    phase: phase._tag,
    tiles: tilesOf(call),
    own: {
      microphone: call.own("Audio") !== undefined,
      camera: call.own("Video") !== undefined,
      screen: call.own("ScreenShare") !== undefined
    }
  })
}

/** @param {Call} current */
const remember = (current) => {
  const [sessionId, unifiedSessionId] = [current.sessionId(), current.unifiedSessionId()]
  const types = devices.filter((type) => current.own(type))
  if (sessionId) {
    stays.write({ userId: current.userId, sessionId, ...(unifiedSessionId && { unifiedSessionId }), types })
  }
}

const look = async () => {
  const current = call
  const now = await current?.figures()
  if (!current || !now || call !== current) return
  const seconds = (performance.now() - lookedAt) / 1_000
  const seen = current.others().flatMap(({ media, sessionId }) =>
    trackTypes.flatMap((type) => {
      const mid = media(type)?.mid ?? ""
      const found = now.get(mid)
      if (!found) return []
      const before = figures.get(mid)
      const key = `${mid} ${sessionId} ${type}`
      // An m-line's figures go on when it goes to somebody else, whose picture has yet to come.
      const base = traffic.get(key)?.base ?? before?.frames ?? 0
      const rate = Math.round((found.packets - (before?.packets ?? found.packets)) / seconds)
      return [/** @type {const} */ ([key, { ...found, base, rate }])]
    })
  )
  traffic = new Map(seen)
  figures = now
  lookedAt = performance.now()
  draw()
}

setInterval(() => look().catch(() => {}), 1_000)

/** @param {Extract<import("./call.js").Phase, { readonly _tag: "Left" }>} phase */
const over = ({ isOurs, reason }) => {
  call = undefined
  stays.clear()
  find("#ended-reason").textContent = reason
  find("#ended-advice").textContent = isOurs
    ? "The others stay."
    : "If the call is still running, you can join it again."
  view.show("ended")
  find("#ended-reason").focus()
}

/** @param {Stay} stay */
const enter = async ({ sessionId, types, unifiedSessionId, userId }) => {
  const joining = makeCall({
    userId,
    previousSessionId: sessionId,
    unifiedSessionId,
    onChange: draw,
    onStopped: (type, why) => view.notify(`${wordOf(type)}: ${why}`)
  })
  call = joining
  traffic = new Map()
  figures = new Map()
  view.clearNotices()
  view.show("call")
  draw()
  const captured = types.map((type) => turnOn(type))
  await joining.join().catch(() => {})
  await Promise.all(captured)
}

/** @type {(type: TrackType) => string} */
const wordOf = (type) =>
  ({ Audio: "Microphone", Video: "Camera", ScreenShare: "Screen", ScreenShareAudio: "Screen sound" })[type]

/** What has been asked of a device and is not done: a second click waits for no answer, and does nothing. @type {Set<TrackType>} */
const busy = new Set()

/** @param {"Audio" | "Video"} type */
const turnOn = async (type) => {
  const current = call
  if (!current || busy.has(type)) return
  busy.add(type)
  const track = await capture(type).finally(() => busy.delete(type))
  if (typeof track === "string") return view.notify(track)
  if (call !== current) return track.stop()
  // The device is unplugged, or its permission withdrawn.
  track.addEventListener("ended", () => current.mute(type))
  await current.publish(type, track)
}

/** @param {"Audio" | "Video"} type */
const toggle = async (type) => {
  const track = call?.own(type)
  if (!track) return turnOn(type)
  await call?.mute(type)
  track.stop()
}

const toggleScreen = async () => {
  const current = call
  if (!current || busy.has("ScreenShare")) return
  if (current.own("ScreenShare")) return stopScreen(current)
  busy.add("ScreenShare")
  const tracks = await captureScreen().finally(() => busy.delete("ScreenShare"))
  if (typeof tracks === "string") return view.notify(tracks)
  for (const [type, track] of tracks) {
    if (call !== current) track.stop()
    // The browser has a button of its own that ends it.
    track.addEventListener("ended", () => stopScreen(current))
    current.publish(type, track)
  }
}

/** @param {Call} current */
const stopScreen = (current) => {
  const types = /** @type {const} */ (["ScreenShareAudio", "ScreenShare"])
  for (const type of types) {
    current.own(type)?.stop()
    current.unpublish(type)
  }
}

/** @type {HTMLFormElement} */
const form = find("#join")
form.addEventListener("submit", (event) => {
  event.preventDefault()
  const data = new FormData(form)
  const userId = String(data.get("name")).trim()
  if (userId === "") return
  localStorage.setItem("name", userId)
  enter({ userId, types: devices.filter((type) => data.has(type)) })
})

find("#microphone").addEventListener("click", () => toggle("Audio"))
find("#camera").addEventListener("click", () => toggle("Video"))
find("#screen").addEventListener("click", () => toggleScreen())
find("#leave").addEventListener("click", () => call?.leave())
find("#again").addEventListener("click", () => {
  view.show("lobby")
  name.focus()
})

// Whoever closes the page leaves; one that is loaded again has left, and comes back as another session.
addEventListener("pagehide", () => {
  const stay = stays.read()
  call?.leave()
  if (stay) stays.write(stay)
})
addEventListener("pageshow", ({ persisted }) => persisted && location.reload())

/** @type {HTMLInputElement} */
const name = find("#name")
name.value = localStorage.getItem("name") ?? ""
const [navigation] = performance.getEntriesByType("navigation")
const stay = stays.read()
stays.clear()
if (stay && navigation instanceof PerformanceNavigationTiming && navigation.type === "reload") enter(stay)
else name.focus()
