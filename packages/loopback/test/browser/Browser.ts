/**
 * People with a browser: Debian's Chromium, a page each, and a camera, microphone and screen that are nobody else's. What
 * each of them sees and hears is measured all the time, so that the wrong owner's picture is found however briefly it shows.
 */
import type { TrackType } from "effect-track-resolver"
import { Wire } from "effect-track-resolver-loopback"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Scope } from "effect/Scope"
import { accessSync } from "node:fs"
import { readFileSync } from "node:fs"
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

/** One for all tests of a file. */
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
            // It resolves no name, and so reaches nobody but us.
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

/** In hertz; nothing that an encoder or a jitter buffer does makes one of them another. */
const scale = [400, 700, 1_100, 1_600, 2_200, 2_900] as const

type Tone = (typeof scale)[number]

type Colour = keyof typeof palette

export interface PersonOptions {
  readonly url: string
  readonly name: string
  readonly colours: readonly [camera: Colour, screen: Colour]
  readonly tones: readonly [microphone: Tone, screen: Tone]
  /** Whether the person gives the page what it asks for. Default: all of it. */
  readonly denies?: "camera" | undefined
}

export interface Person extends PersonOptions {
  readonly page: Page
  /** The session that the page is in now. */
  readonly sessionId: Effect.Effect<string>
  readonly click: (what: "microphone" | "camera" | "screen" | "leave") => Effect.Effect<void>
  /** Waits until this page shows the other's track as the other's: its colour, or its tone. */
  readonly perceives: (other: PersonOptions, ...types: ReadonlyArray<TrackType>) => Effect.Effect<void>
  /** Waits until this page shows that the other has none of these. */
  readonly misses: (other: PersonOptions, ...types: ReadonlyArray<TrackType>) => Effect.Effect<void>
  /** What has been seen and heard under each name, from the beginning: `bob Video: green`. */
  readonly perceived: Effect.Effect<ReadonlyArray<string>>
  /** Waits until the page says so: `Connected`. */
  readonly state: (text: string) => Effect.Effect<void>
  /** Waits until it is written somewhere on the page. */
  readonly reads: (text: string) => Effect.Effect<void>
  /** How the page has asked to join, every time. */
  readonly joins: ReadonlyArray<Wire.JoinRequest>
  /** Loads the page again. */
  readonly reload: Effect.Effect<void>
}

/** How long a condition may take on a machine that is busy with other things. */
const patience = 30_000

const signOf = ({ colours, tones }: PersonOptions, type: TrackType): string => {
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

export const perception = (person: PersonOptions, type: TrackType): string =>
  `${person.name} ${type}: ${signOf(person, type)}`

const run = <A>(promise: () => Promise<A>): Effect.Effect<A> => Effect.promise(promise)

const watch = stripTypeScriptTypes(readFileSync(new URL("watch.ts", import.meta.url), "utf8"))

/** Opens a page, and joins under the name with microphone and camera. */
export const enter = Effect.fnUntraced(function*(
  options: PersonOptions
): Effect.fn.Return<Person, never, Chromium | Scope> {
  const { name, url } = options
  const browser = yield* Chromium
  const context = yield* Effect.acquireRelease(
    run(() => browser.newContext({ viewport: { width: 960, height: 640 } })),
    (context) => run(() => context.close())
  )
  const page = yield* run(() => context.newPage())
  page.setDefaultTimeout(patience)
  yield* run(() => page.addInitScript(`globalThis.participant = ${JSON.stringify({ ...options, palette, scale })}`))
  yield* run(() => page.addInitScript({ content: watch }))
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

  const until = (isThere: boolean, lines: ReadonlyArray<string>): Effect.Effect<void> =>
    run(() =>
      page.waitForFunction(
        `(() => {
          const now = observed.now()
          return ${JSON.stringify(lines)}.every((line) => now.some((one) => one.startsWith(line)) === ${isThere})
        })()`,
        undefined,
        { polling: 100 }
      ).catch(async () => {
        const now = await page.evaluate<ReadonlyArray<string>>("observed.now()")
        throw new Error(`${name} was to find ${lines} ${isThere ? "" : "gone"}, and finds ${now.join(", ")}`)
      })
    )

  const state = (text: string): Effect.Effect<void> => run(() => page.locator("#state", { hasText: text }).waitFor())

  yield* state("Connected")
  return {
    ...options,
    page,
    state,
    reads: (text) => run(() => page.getByText(text).first().waitFor()),
    joins,
    reload: Effect.andThen(run(() => page.reload()), state("Connected")),
    sessionId: run(() => page.locator("[data-own]").first().getAttribute("data-session").then(String)),
    click: (what) => run(() => page.click(`#${what}`)),
    perceives: (other, ...types) => until(true, types.map((type) => perception(other, type))),
    misses: (other, ...types) => until(false, types.map((type) => `${other.name} ${type}: `)),
    perceived: run(() => page.evaluate<ReadonlyArray<string>>("observed.ever()"))
  }
})
