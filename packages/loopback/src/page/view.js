/**
 * What a person sees: a tile for everybody and for every shared screen, and the state of it all. Knows no wire; everything
 * is drawn from a picture of the call, over and over, and what has not changed is not touched.
 */

/** @typedef {import("./wire.js").TrackType} TrackType */

/**
 * @typedef {object} Tile
 * @property {string} id
 * @property {string} sessionId
 * @property {string} userId
 * @property {string} name
 * @property {boolean} isOwn
 * @property {boolean} isScreen
 * @property {boolean} hasMicrophone
 * @property {boolean} isSpeaking
 * @property {MediaStreamTrack | undefined} video
 * @property {MediaStreamTrack | undefined} audio
 * @property {boolean} isPublished Whether there should be a picture.
 * @property {boolean} isDecoded Whether there is one.
 * @property {number} rate Packets a second of a picture that there is not.
 */

/**
 * @typedef {object} Picture
 * @property {"Joining" | "Joined" | "Reconnecting"} phase
 * @property {ReadonlyArray<Tile>} tiles
 * @property {{ readonly microphone: boolean, readonly camera: boolean, readonly screen: boolean }} own
 */

/**
 * @template {Element} [E=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {E}
 */
export const find = (selector, within = document) => {
  const found = within.querySelector(selector)
  if (found === null) throw new Error(`no ${selector} in the page`)
  return /** @type {any} */ (found)
}

/** A copy of a template. @param {string} id @param {string} selector */
const stamp = (id, selector) => {
  /** @type {HTMLTemplateElement} */
  const template = find(`#${id}`)
  return find(selector, document.importNode(template.content, true))
}

/** @type {(name: string) => string} */
const initialsOf = (name) => {
  const words = name.split(/[\s._-]+/).filter(Boolean)
  const [first = "?"] = words
  const letters = words.length > 1
    ? [first, words.at(-1) ?? ""].map((word) => Array.from(word)[0])
    : Array.from(first).slice(0, 2)
  return letters.join("").toUpperCase()
}

/** @type {(name: string) => number} */
const hueOf = (name) => Array.from(name).reduce((hue, letter) => (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7)

/** @type {(node: Element, text: string) => void} */
const write = (node, text) => {
  if (node.textContent !== text) node.textContent = text
}

/** @type {(node: HTMLElement, name: string, isOn: boolean | string) => void} */
const mark = (node, name, isOn) => {
  if (isOn === false) node.removeAttribute(`data-${name}`)
  else if (node.getAttribute(`data-${name}`) !== String(isOn)) node.setAttribute(`data-${name}`, String(isOn))
}

/** Smaller than this, in pixels, nobody can be recognized: the rest is scrolled to. */
const smallest = { width: 140, height: 104 }

/** The largest tiles of a decent shape that fit; if none do, as many beside each other as can be. @type {(count: number, width: number, height: number, gap: number) => readonly [width: number, height: number]} */
export const fit = (count, width, height, gap) => {
  let best = /** @type {readonly [number, number]} */ ([0, 0])
  let least = Infinity
  const slimmest = width > 640 ? 4 / 3 : 4 / 5
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const cell = (width - gap * (columns - 1)) / columns
    if (columns > 1 && cell < smallest.width) break
    const row = Math.max((height - gap * (rows - 1)) / rows, smallest.height)
    const [wide, high] = [Math.min(cell, row * 16 / 9), Math.min(row, cell / slimmest)]
    const beyond = Math.max(0, rows * high + gap * (rows - 1) - height)
    if (beyond > least || (beyond === least && wide * high <= best[0] * best[1])) continue
    least = beyond
    best = [wide, high]
  }
  return [Math.floor(best[0]), Math.floor(best[1])]
}

/** Says what cannot be played without a click. @param {() => void} onSilenced */
export const makeView = (onSilenced) => {
  const people = find("#people")
  const screens = find("#screens")
  /** @type {Map<string, HTMLElement>} */
  const tiles = new Map()
  /** @type {Map<string, string>} */
  let present = new Map()
  let isFirst = true

  const arrange = () => {
    const { clientHeight, clientWidth } = people
    if (clientWidth === 0) return
    const gap = parseFloat(getComputedStyle(people).columnGap) || 0
    const [width, height] = fit(people.childElementCount, clientWidth, clientHeight, gap)
    people.style.setProperty("--width", `${width}px`)
    people.style.setProperty("--height", `${height}px`)
  }
  new ResizeObserver(arrange).observe(people)

  /** An element plays one track, whoever's it was before. @param {HTMLMediaElement} element @param {MediaStreamTrack | undefined} track */
  const play = (element, track) => {
    const [playing] = element.srcObject instanceof MediaStream ? element.srcObject.getTracks() : []
    if (playing === track) return
    element.srcObject = track ? new MediaStream([track]) : null
    if (track) {
      element.play().catch((/** @type {Error} */ { name }) => {
        if (name === "NotAllowedError") onSilenced()
      })
    }
  }

  /** @param {Tile} tile */
  const make = ({ id, isScreen }) => {
    const node = stamp("tile", ".tile")
    const video = find("video", node)
    const audio = find("audio", node)
    video.setAttribute("data-type", isScreen ? "ScreenShare" : "Video")
    video.className = isScreen ? "screen" : "camera"
    audio.setAttribute("data-type", isScreen ? "ScreenShareAudio" : "Audio")
    tiles.set(id, node)
    const list = isScreen ? screens : people
    list.append(node)
    return node
  }

  /** @type {(tile: Tile) => string} */
  const noteOf = ({ isDecoded, isPublished, isScreen, rate }) => {
    if (!isPublished || isDecoded) return ""
    const what = isScreen ? "The screen" : "The camera"
    return rate > 0
      ? `${what} is on. This browser cannot decode its picture.`
      : `${what} is on. No picture has come yet.`
  }

  /** @param {Tile} tile */
  const drawTile = (tile) => {
    const node = tiles.get(tile.id) ?? make(tile)
    mark(node, "session", tile.sessionId)
    mark(node, "user", tile.userId)
    mark(node, "own", tile.isOwn)
    mark(node, "microphone", tile.hasMicrophone)
    mark(node, "speaking", tile.isSpeaking)
    mark(node, "picture", tile.isPublished && tile.isDecoded)
    mark(node, "rate", tile.isPublished && !tile.isDecoded && tile.rate > 0)
    node.style.setProperty("--hue", String(hueOf(tile.userId)))
    write(find(".name", node), tile.isScreen ? `${tile.isOwn ? "Your" : `${tile.name}’s`} screen` : tile.name)
    write(find(".you", node), "you")
    find(".you", node).toggleAttribute("hidden", tile.isScreen)
    write(find(".microphone .unseen", node), tile.hasMicrophone ? "Microphone on:" : "Microphone off:")
    write(find(".avatar", node), initialsOf(tile.name))
    write(find(".note", node), noteOf(tile))
    write(find(".rate", node), `${tile.rate} packets/s`)
    play(/** @type {HTMLVideoElement} */ (find("video", node)), tile.isPublished ? tile.video : undefined)
    play(/** @type {HTMLAudioElement} */ (find("audio", node)), tile.isOwn ? undefined : tile.audio)
  }

  /** Who came and who went, for those who do not see it. @param {ReadonlyArray<Tile>} drawn */
  const announce = (drawn) => {
    const now = new Map(drawn.map((tile) => [tile.id, tile.isScreen ? `${tile.name}’s screen` : tile.name]))
    const came = Array.from(now).flatMap(([id, name]) => present.has(id) ? [] : [`${name} is here.`])
    const went = Array.from(present).flatMap(([id, name]) => now.has(id) ? [] : [`${name} is gone.`])
    if (!isFirst && came.length + went.length > 0) write(find("#announcements"), [...went, ...came].join(" "))
    isFirst = false
    present = now
  }

  /** @param {string} id @param {{ readonly off?: boolean, readonly sharing?: boolean, readonly label: string }} look */
  const drawButton = (id, { label, off = false, sharing = false }) => {
    const button = find(`#${id}`)
    mark(button, "off", off)
    mark(button, "sharing", sharing)
    write(find(".label", button), label)
  }

  return {
    /** @param {Picture} picture */
    draw: ({ own, phase, tiles: drawn }) => {
      document.body.dataset["phase"] = phase
      const count = drawn.filter(({ isScreen }) => !isScreen).length
      write(find("#count"), count === 1 ? "only you so far" : `${count} people`)
      write(find("#state"), phase === "Joined" ? "Connected" : phase === "Joining" ? "Joining…" : "Reconnecting…")
      const before = people.childElementCount
      for (const [id, node] of tiles) {
        if (drawn.some((tile) => tile.id === id)) continue
        for (const element of node.querySelectorAll("video, audio")) {
          play(/** @type {HTMLMediaElement} */ (element), undefined)
        }
        node.remove()
        tiles.delete(id)
      }
      drawn.forEach(drawTile)
      if (people.childElementCount !== before) arrange()
      announce(drawn)
      drawButton("microphone", { off: !own.microphone, label: own.microphone ? "Mute" : "Unmute" })
      drawButton("camera", { off: !own.camera, label: own.camera ? "Stop video" : "Start video" })
      drawButton("screen", { sharing: own.screen, label: own.screen ? "Stop share" : "Share" })
    },
    /** Plays what a click was missing for. */
    playAll: () => {
      for (const element of document.querySelectorAll("audio, video")) {
        if (element instanceof HTMLMediaElement && element.srcObject) element.play().catch(() => {})
      }
    },
    /** @param {"lobby" | "call" | "ended"} view */
    show: (view) => {
      document.body.dataset["view"] = view
      isFirst = true
      arrange()
    },
    /** @param {string} text @param {{ readonly label: string, readonly run: () => void }} [action] */
    notify: (text, action) => {
      const notices = /** @type {HTMLElement} */ (find("#notices"))
      if (Array.from(notices.querySelectorAll("p"), ({ textContent }) => textContent).includes(text)) return
      const node = stamp("notice", ".notice")
      write(find("p", node), text)
      find(".dismiss", node).addEventListener("click", () => node.remove())
      if (action) {
        const act = find(".act", node)
        act.hidden = false
        write(act, action.label)
        act.addEventListener("click", () => {
          action.run()
          node.remove()
        })
      }
      notices.append(node)
    },
    clearNotices: () => find("#notices").replaceChildren()
  }
}
