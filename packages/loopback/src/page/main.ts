/**
 * The page: one user, their devices, and one stay in the call at a time.
 */
import { type Call, makeCall } from "./call.ts"
import type { Phase } from "./connector.ts"
import { capture, captureScreen } from "./devices.ts"
import { find } from "./dom.ts"
import type { TrackType } from "./protocol.ts"
import { takeSecret } from "./secret.ts"
import { clearStay, readStay, type Stay, writeStay } from "./storage.ts"
import { tilesOf } from "./tiles.ts"
import { makeTraffic } from "./traffic.ts"
import { makeView } from "./view.ts"

const deviceTypes = ["Audio", "Video"] as const
const screenTypes = ["ScreenShareAudio", "ScreenShare"] as const

const labels: Record<TrackType, string> = {
  Audio: "Microphone",
  Video: "Camera",
  ScreenShare: "Screen",
  ScreenShareAudio: "Screen sound"
}

const view = makeView(() =>
  view.notify("The browser plays no sound before you click.", { label: "Turn on sound", run: () => view.playAll() })
)
const traffic = makeTraffic()
const secret = takeSecret()
let call: Call | undefined
/** Devices that are being opened: a second click does nothing. */
const opening = new Set<TrackType>()

// --- Drawing ---

const draw = (): void => {
  const phase = call?.phase()
  if (!call || !phase) return
  if (phase._tag === "Left") return showEnd(phase)
  remember(call)
  view.draw({
    phase: phase._tag,
    tiles: tilesOf(call, traffic),
    own: {
      microphone: call.own("Audio") !== undefined,
      camera: call.own("Video") !== undefined,
      screen: call.own("ScreenShare") !== undefined
    }
  })
}

const remember = (current: Call): void => {
  const [sessionId, unifiedSessionId] = [current.sessionId(), current.unifiedSessionId()]
  if (!sessionId) return
  const types = deviceTypes.filter((type) => current.own(type))
  writeStay({ userId: current.userId, sessionId, ...(unifiedSessionId && { unifiedSessionId }), types })
}

const showEnd = ({ isOwnWish, reason }: Extract<Phase, { readonly _tag: "Left" }>): void => {
  call = undefined
  clearStay()
  find("#ended-reason").textContent = reason
  find("#ended-advice").textContent = isOwnWish
    ? "The others stay."
    : "If the call is still running, you can join it again."
  view.show("ended")
  find("#ended-reason").focus()
}

const showNoSecret = (): void => {
  find("#ended-reason").textContent = "This address is incomplete."
  find("#ended-advice").textContent = "Open the address that the program printed, with everything after the #."
  find("#again").hidden = true
  view.show("ended")
}

const measure = async (): Promise<void> => {
  const current = call
  const stats = await current?.receiverStats()
  if (!current || !stats || call !== current) return
  traffic.measure(current, stats)
  draw()
}

setInterval(() => measure().catch(() => {}), 1_000)

// --- Joining and devices ---

const enter = async ({ sessionId, types, unifiedSessionId, userId }: Stay): Promise<void> => {
  if (secret === undefined) return showNoSecret()
  const joining = makeCall({
    userId,
    secret,
    previousSessionId: sessionId,
    unifiedSessionId,
    onChange: draw,
    onStopped: (type, reason) => view.notify(`${labels[type]}: ${reason}`)
  })
  call = joining
  traffic.reset()
  view.clearNotices()
  view.show("call")
  draw()
  const captured = types.map((type) => turnOn(type))
  await joining.join().catch(() => {})
  await Promise.all(captured)
}

const turnOn = async (type: "Audio" | "Video"): Promise<void> => {
  const current = call
  if (!current || opening.has(type)) return
  opening.add(type)
  const track = await capture(type).finally(() => opening.delete(type))
  if (typeof track === "string") return view.notify(track)
  if (call !== current) return track.stop()
  // The device was unplugged, or its permission withdrawn.
  track.addEventListener("ended", () => current.mute(type))
  await current.publish(type, track)
}

const toggle = async (type: "Audio" | "Video"): Promise<void> => {
  const track = call?.own(type)
  if (!track) return turnOn(type)
  await call?.mute(type)
  track.stop()
}

const toggleScreen = async (): Promise<void> => {
  const current = call
  if (!current || opening.has("ScreenShare")) return
  if (current.own("ScreenShare")) return stopScreen(current)
  opening.add("ScreenShare")
  const tracks = await captureScreen().finally(() => opening.delete("ScreenShare"))
  if (typeof tracks === "string") return view.notify(tracks)
  for (const [type, track] of tracks) {
    if (call !== current) track.stop()
    // The browser has a button of its own that ends the capture.
    track.addEventListener("ended", () => stopScreen(current))
    void current.publish(type, track)
  }
}

const stopScreen = (current: Call): void => {
  for (const type of screenTypes) {
    current.own(type)?.stop()
    void current.unpublish(type)
  }
}

// --- The document ---

const name = find<HTMLInputElement>("#name")
name.value = localStorage.getItem("name") ?? ""

const form = find<HTMLFormElement>("#join")
form.addEventListener("submit", (event) => {
  event.preventDefault()
  const data = new FormData(form)
  const userId = String(data.get("name")).trim()
  if (userId === "") return
  localStorage.setItem("name", userId)
  void enter({ userId, types: deviceTypes.filter((type) => data.has(type)) })
})

find("#microphone").addEventListener("click", () => toggle("Audio"))
find("#camera").addEventListener("click", () => toggle("Video"))
find("#screen").addEventListener("click", () => toggleScreen())
find("#leave").addEventListener("click", () => call?.leave())
find("#again").addEventListener("click", () => {
  view.show("lobby")
  name.focus()
})

// Closing the page leaves the call. So does reloading it: the reloaded page joins again as another session.
addEventListener("pagehide", () => {
  const stay = readStay()
  call?.leave()
  if (stay) writeStay(stay)
})
addEventListener("pageshow", ({ persisted }) => persisted && location.reload())

// Another address of this page, pasted into its tab: only the part after the # differs, and the browser loads nothing.
addEventListener("hashchange", () => location.reload())

const [navigation] = performance.getEntriesByType("navigation")
const stay = readStay()
clearStay()
if (stay && navigation instanceof PerformanceNavigationTiming && navigation.type === "reload") void enter(stay)
else if (secret === undefined) showNoSecret()
else name.focus()
