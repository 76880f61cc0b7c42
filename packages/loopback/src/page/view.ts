/**
 * Draws the call. Everything is drawn again from the whole state on each change, and unchanged nodes are left alone. Knows
 * no protocol.
 */
import { cloneTemplate, find, setData, setText } from "./dom.ts"
import { tileSize } from "./layout.ts"
import { drawTile, makeTile, play, type Tile, titleOf } from "./tile.ts"

export interface ViewState {
  readonly phase: "Joining" | "Joined" | "Reconnecting"
  readonly tiles: ReadonlyArray<Tile>
  readonly own: { readonly microphone: boolean; readonly camera: boolean; readonly screen: boolean }
}

const stateTexts = { Joining: "Joining…", Joined: "Connected", Reconnecting: "Reconnecting…" } as const

const arrange = (list: HTMLElement): void => {
  const { clientHeight, clientWidth } = list
  if (clientWidth === 0) return
  const gap = parseFloat(getComputedStyle(list).columnGap) || 0
  const [width, height] = tileSize(list.childElementCount, clientWidth, clientHeight, gap)
  list.style.setProperty("--width", `${width}px`)
  list.style.setProperty("--height", `${height}px`)
}

/** Announces to screen readers which tiles appeared and disappeared. */
const makeAnnouncer = () => {
  let present: ReadonlyMap<string, string> | undefined
  return {
    reset: (): void => void (present = undefined),
    announce: (tiles: ReadonlyArray<Tile>): void => {
      const now = new Map(tiles.map((tile) => [tile.id, titleOf(tile)]))
      const before = present
      present = now
      if (before === undefined) return
      const left = Array.from(before).flatMap(([id, title]) => now.has(id) ? [] : [`${title} left.`])
      const joined = Array.from(now).flatMap(([id, title]) => before.has(id) ? [] : [`${title} joined.`])
      if (left.length + joined.length > 0) setText(find("#announcements"), [...left, ...joined].join(" "))
    }
  }
}

const drawButton = (
  id: string,
  { isOff = false, isSharing = false, label }: {
    readonly label: string
    readonly isOff?: boolean
    readonly isSharing?: boolean
  }
): void => {
  const button = find(`#${id}`)
  setData(button, "off", isOff)
  setData(button, "sharing", isSharing)
  setText(find(".label", button), label)
}

const notify = (text: string, action?: { readonly label: string; readonly run: () => void }): void => {
  const notices = find("#notices")
  if (Array.from(notices.querySelectorAll("p"), ({ textContent }) => textContent).includes(text)) return
  const node = cloneTemplate("notice", ".notice")
  setText(find("p", node), text)
  find(".dismiss", node).addEventListener("click", () => node.remove())
  if (action) {
    const button = find(".act", node)
    button.hidden = false
    setText(button, action.label)
    button.addEventListener("click", () => {
      action.run()
      node.remove()
    })
  }
  notices.append(node)
}

/** `onBlocked`: the browser plays no sound before the user has clicked. */
export const makeView = (onBlocked: () => void) => {
  const people = find("#people")
  const screens = find("#screens")
  const nodes = new Map<string, HTMLElement>()
  const announcer = makeAnnouncer()
  new ResizeObserver(() => arrange(people)).observe(people)

  const removeTile = (id: string, node: HTMLElement): void => {
    for (const element of node.querySelectorAll<HTMLMediaElement>("video, audio")) play(element, undefined)
    node.remove()
    nodes.delete(id)
  }

  const addTile = (tile: Tile): HTMLElement => {
    const node = makeTile(tile)
    nodes.set(tile.id, node)
    const list = tile.isScreen ? screens : people
    list.append(node)
    return node
  }

  return {
    draw: ({ own, phase, tiles }: ViewState): void => {
      document.body.dataset["phase"] = phase
      const count = tiles.filter(({ isScreen }) => !isScreen).length
      setText(find("#count"), count === 1 ? "only you so far" : `${count} people`)
      setText(find("#state"), stateTexts[phase])
      const before = people.childElementCount
      for (const [id, node] of nodes) if (!tiles.some((tile) => tile.id === id)) removeTile(id, node)
      for (const tile of tiles) drawTile(nodes.get(tile.id) ?? addTile(tile), tile, onBlocked)
      if (people.childElementCount !== before) arrange(people)
      announcer.announce(tiles)
      drawButton("microphone", { isOff: !own.microphone, label: own.microphone ? "Mute" : "Unmute" })
      drawButton("camera", { isOff: !own.camera, label: own.camera ? "Stop video" : "Start video" })
      drawButton("screen", { isSharing: own.screen, label: own.screen ? "Stop share" : "Share" })
    },
    /** After a click: plays what the browser had blocked. */
    playAll: (): void => {
      for (const element of document.querySelectorAll<HTMLMediaElement>("audio, video")) {
        if (element.srcObject) element.play().catch(() => {})
      }
    },
    show: (view: "lobby" | "call" | "ended"): void => {
      document.body.dataset["view"] = view
      announcer.reset()
      arrange(people)
    },
    notify,
    clearNotices: (): void => find("#notices").replaceChildren()
  }
}
