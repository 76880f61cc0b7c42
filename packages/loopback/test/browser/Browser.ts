/**
 * Pages of a Chromium, each with its own colours and tones for camera, screen, microphone and screen sound. What each page
 * shows and plays is measured all the time, so that the wrong owner's media is found however briefly it appears.
 */
import type { TrackType } from "effect-track-resolver"
import { Wire } from "effect-track-resolver-loopback"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { Scope } from "effect/Scope"
import { accessSync, readFileSync } from "node:fs"
import { stripTypeScriptTypes } from "node:module"
import { delimiter, join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { chromium } from "playwright-core"

const executable = (): string => {
  const names = ["chromium", "chromium-browser", "google-chrome"]
  const folders = (process.env["PATH"] ?? "").split(delimiter)
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => {
    try {
      accessSync(path)
      return true
    } catch {
      return false
    }
  })
  if (found === undefined) throw new Error("no Chromium on the PATH: apt-get install chromium")
  return found
}

/** One browser for all tests of a file. */
export class Chromium
  extends Context.Service<Chromium, Browser>()("effect-track-resolver-loopback/test/browser/Browser/Chromium")
{
  static readonly layer = Layer.effect(
    Chromium,
    Effect.acquireRelease(
      Effect.promise(() =>
        chromium.launch({
          executablePath: executable(),
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--allow-loopback-in-peer-connection",
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-ui-for-media-stream",
            // Resolves no name, so that no connection leaves this machine.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
          ]
        })
      ),
      (browser) => Effect.promise(() => browser.close())
    )
  )
}

/** Red, green, blue. */
const palette = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  magenta: [255, 0, 255],
  cyan: [0, 255, 255]
} as const

/** In hertz; far enough apart that no encoder or jitter buffer turns one into another. */
export const tones = [400, 700, 1_100, 1_600, 2_200, 2_900] as const

type Tone = (typeof tones)[number]

type Colour = keyof typeof palette

export interface PageOptions {
  readonly url: string
  readonly name: string
  readonly colours: readonly [camera: Colour, screen: Colour]
  readonly tones: readonly [microphone: Tone, screen: Tone]
  /** Every tone that the page can hear, in hertz. Default: those of pages. */
  readonly scale?: ReadonlyArray<number> | undefined
  /** The device that the page is refused. Default none. */
  readonly denies?: "camera" | undefined
}

export interface PageUser extends PageOptions {
  readonly page: Page
  /** The current session id of the page. */
  readonly sessionId: Effect.Effect<string>
  readonly click: (what: "microphone" | "camera" | "screen" | "leave") => Effect.Effect<void>
  /** Waits until this page shows or plays the other's colour or tone under the other's name. */
  readonly observes: (other: PageOptions, ...types: ReadonlyArray<TrackType>) => Effect.Effect<void>
  /** Waits until this page shows and plays none of these tracks of the other. */
  readonly observesNo: (other: PageOptions, ...types: ReadonlyArray<TrackType>) => Effect.Effect<void>
  /** Everything that was ever shown and played, with the name: `bob Video: green`. */
  readonly observed: Effect.Effect<ReadonlyArray<string>>
  /** Waits until the page shows this connection state, such as `Connected`. */
  readonly state: (text: string) => Effect.Effect<void>
  /** Waits until the page shows this text. */
  readonly shows: (text: string) => Effect.Effect<void>
  /** The join requests of the page. */
  readonly joins: ReadonlyArray<Wire.JoinRequest>
  /** Reloads the page. */
  readonly reload: Effect.Effect<void>
}

/** Milliseconds; long, for a busy machine. */
const conditionTimeout = 60_000

const signOf = ({ colours, tones }: PageOptions, type: TrackType): string => {
  switch (type) {
    case "Audio":
      return `${tones[0]} Hz`
    case "Video":
      return colours[0]
    case "ScreenShare":
      return colours[1]
    case "ScreenShareAudio":
      return `${tones[1]} Hz`
  }
}

export const observationOf = (user: PageOptions, type: TrackType): string =>
  `${user.name} ${type}: ${signOf(user, type)}`

const run = <A>(promise: () => Promise<A>): Effect.Effect<A> => Effect.promise(promise)

const watch = stripTypeScriptTypes(readFileSync(new URL("watch.ts", import.meta.url), "utf8"))

/** An empty page. Each document that it opens has the devices of the options, and is watched. */
export const openWatched = Effect.fnUntraced(function*(
  { scale = tones, ...options }: Omit<PageOptions, "url">
): Effect.fn.Return<Page, never, Chromium | Scope> {
  const browser = yield* Chromium
  const context = yield* Effect.acquireRelease(
    run(() => browser.newContext({ viewport: { width: 960, height: 640 } })),
    (context) => run(() => context.close())
  )
  const page = yield* run(() => context.newPage())
  page.setDefaultTimeout(conditionTimeout)
  yield* run(() => page.addInitScript(`globalThis.participant = ${JSON.stringify({ ...options, palette, scale })}`))
  yield* run(() => page.addInitScript({ content: watch }))
  return page
})

/** Opens a page and joins under the name, with microphone and camera. */
export const enter = Effect.fnUntraced(function*(
  options: PageOptions
): Effect.fn.Return<PageUser, never, Chromium | Scope> {
  const { name, url } = options
  const page = yield* openWatched(options)
  const joins: Array<Wire.JoinRequest> = []
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      if (typeof payload === "string") return
      const { joinRequest } = Wire.Messages.event.SfuRequest.decode(payload)
      if (joinRequest) joins.push(joinRequest)
    }))
  yield* run(() => page.goto(url))
  yield* run(() => page.fill("#name", name))
  yield* run(() => page.click("button[type=submit]"))

  const observedNow = run(() => page.evaluate<ReadonlyArray<string>>("observed.now()"))

  // Not with the browser's own waiting for a function, which the page's Content-Security-Policy forbids.
  const waitUntil = (isPresent: boolean, lines: ReadonlyArray<string>): Effect.Effect<void> =>
    observedNow.pipe(
      Effect.repeat({
        schedule: Schedule.spaced("100 millis"),
        until: (now) => lines.every((line) => now.some((one) => one.startsWith(line)) === isPresent)
      }),
      Effect.timeoutOrElse({
        duration: conditionTimeout,
        orElse: () =>
          Effect.flatMap(observedNow, (now) =>
            Effect.die(
              new Error(`${name} has to ${isPresent ? "find" : "lose"} ${lines}, and finds ${now.join(", ")}`)
            ))
      })
    )

  const state = (text: string): Effect.Effect<void> => run(() => page.locator("#state", { hasText: text }).waitFor())

  yield* state("Connected")
  return {
    ...options,
    page,
    state,
    shows: (text) => run(() => page.getByText(text).first().waitFor()),
    joins,
    reload: Effect.andThen(run(() => page.reload()), state("Connected")),
    sessionId: run(() => page.locator("[data-own]").first().getAttribute("data-session").then(String)),
    click: (what) => run(() => page.click(`#${what}`)),
    observes: (other, ...types) => waitUntil(true, types.map((type) => observationOf(other, type))),
    observesNo: (other, ...types) => waitUntil(false, types.map((type) => `${other.name} ${type}: `)),
    observed: run(() => page.evaluate<ReadonlyArray<string>>("observed.ever()"))
  }
})
