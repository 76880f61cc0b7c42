/**
 * One tile: a participant, or a shared screen.
 */
import { cloneTemplate, find, setData, setText } from "./dom.ts"

export interface Tile {
  readonly id: string
  readonly sessionId: string
  readonly userId: string
  readonly name: string
  readonly isOwn: boolean
  readonly isScreen: boolean
  readonly hasMicrophone: boolean
  readonly isSpeaking: boolean
  readonly video: MediaStreamTrack | undefined
  readonly audio: MediaStreamTrack | undefined
  /** The video is published. */
  readonly isPublished: boolean
  /** A frame of it was decoded. */
  readonly isDecoded: boolean
  /** Packets a second of a video that is not decoded. */
  readonly packetRate: number
}

export const titleOf = ({ isOwn, isScreen, name }: Tile): string =>
  isScreen ? `${isOwn ? "Your" : `${name}’s`} screen` : name

const initialsOf = (name: string): string => {
  const words = name.split(/[\s._-]+/).filter(Boolean)
  const [first = "?"] = words
  const letters = words.length > 1
    ? [first, words.at(-1) ?? ""].map((word) => Array.from(word)[0])
    : Array.from(first).slice(0, 2)
  return letters.join("").toUpperCase()
}

const hueOf = (name: string): number =>
  Array.from(name).reduce((hue, letter) => (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7)

const noteOf = ({ isDecoded, isPublished, isScreen, packetRate }: Tile): string => {
  if (!isPublished || isDecoded) return ""
  const source = isScreen ? "The screen" : "The camera"
  return packetRate > 0
    ? `${source} is on. This browser cannot decode its video.`
    : `${source} is on. No video has arrived yet.`
}

/** Plays exactly this track in the element. `onBlocked`: the browser plays no sound before the user has clicked. */
export const play = (element: HTMLMediaElement, track: MediaStreamTrack | undefined, onBlocked?: () => void): void => {
  const [playing] = element.srcObject instanceof MediaStream ? element.srcObject.getTracks() : []
  if (playing === track) return
  element.srcObject = track ? new MediaStream([track]) : null
  if (!track) return
  element.play().catch(({ name }: Error) => {
    if (name === "NotAllowedError") onBlocked?.()
  })
}

export const makeTile = ({ isScreen }: Tile): HTMLElement => {
  const node = cloneTemplate("tile", ".tile")
  const video = find("video", node)
  video.setAttribute("data-type", isScreen ? "ScreenShare" : "Video")
  video.className = isScreen ? "screen" : "camera"
  find("audio", node).setAttribute("data-type", isScreen ? "ScreenShareAudio" : "Audio")
  return node
}

export const drawTile = (node: HTMLElement, tile: Tile, onBlocked: () => void): void => {
  setData(node, "session", tile.sessionId)
  setData(node, "user", tile.userId)
  setData(node, "own", tile.isOwn)
  setData(node, "microphone", tile.hasMicrophone)
  setData(node, "speaking", tile.isSpeaking)
  setData(node, "picture", tile.isPublished && tile.isDecoded)
  setData(node, "rate", tile.isPublished && !tile.isDecoded && tile.packetRate > 0)
  node.style.setProperty("--hue", String(hueOf(tile.userId)))
  setText(find(".name", node), titleOf(tile))
  setText(find(".you", node), "you")
  find(".you", node).toggleAttribute("hidden", tile.isScreen)
  setText(find(".microphone .unseen", node), tile.hasMicrophone ? "Microphone on:" : "Microphone off:")
  setText(find(".avatar", node), initialsOf(tile.name))
  setText(find(".note", node), noteOf(tile))
  setText(find(".rate", node), `${tile.packetRate} packets/s`)
  play(find<HTMLVideoElement>("video", node), tile.isPublished ? tile.video : undefined, onBlocked)
  play(find<HTMLAudioElement>("audio", node), tile.isOwn ? undefined : tile.audio, onBlocked)
}
