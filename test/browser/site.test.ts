/**
 * The pages of the built site in a Chromium: none is wider than a phone, where a reader would have to scroll sideways.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { globSync, statSync } from "node:fs"
import { Chromium } from "../../packages/loopback/test/browser/Browser.ts"

const folder = "docs/.vitepress/dist"

const pages = globSync("**/*.html", { cwd: folder }).toSorted()

/** In pixels. */
const widths = [390, 1_280]

/** No name is resolved: each request is answered with a file of the site. */
const site = "http://site.invalid/"

const fileOf = (url: string): string => {
  const path = `${folder}${decodeURIComponent(new URL(url).pathname)}`
  return [path, `${path}.html`].find((path) => statSync(path, { throwIfNoEntry: false })?.isFile()) ??
    `${path}index.html`
}

layer(Chromium.layer)("The site", (it) => {
  it.effect("has pages: `npm run docs` builds them", () => Effect.sync(() => assert.isAbove(pages.length, 50)))

  for (const width of widths) {
    it.effect(`no page is wider than ${width} pixels`, () =>
      Effect.gen(function*() {
        const browser = yield* Chromium
        const context = yield* Effect.acquireRelease(
          Effect.promise(() => browser.newContext({ viewport: { width, height: 800 } })),
          (context) => Effect.promise(() => context.close())
        )
        const page = yield* Effect.promise(() => context.newPage())
        yield* Effect.promise(() =>
          page.route(`${site}**`, (route) => route.fulfill({ path: fileOf(route.request().url()) }))
        )
        const widthOf = (path: string) =>
          Effect.promise(async () => {
            await page.goto(site + path)
            return page.evaluate<number>("document.documentElement.scrollWidth")
          })
        const wide = yield* Effect.filter(pages, (path) => Effect.map(widthOf(path), (found) => found > width))
        assert.deepStrictEqual(wide, [])
      }))
  }
})
