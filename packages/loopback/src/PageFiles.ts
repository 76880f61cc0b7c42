/**
 * The files of the page, by the path that they are served under. Every file is known before the first request, so no path
 * of a request is looked up on the disk.
 *
 * The page's scripts are TypeScript. The package contains them compiled; run from source, their types are stripped when they
 * are served.
 */
import { moduleUrl } from "effect-track-resolver/stream-sfu/protocol"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
// Not by name: an import of a name that an older Node lacks fails before any module can say which Node is needed.
import nodeModule from "node:module"

export interface PageFile {
  readonly contentType: string
  /** Of a document: the hash of each script inside it, for its Content-Security-Policy: `sha256-...`. */
  readonly inlineScripts: ReadonlyArray<string>
  readonly read: () => Promise<Uint8Array | string>
}

const contentTypes: { readonly [extension: string]: string } = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8"
}

const folder = new URL("page/", import.meta.url)

const extensionOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1)

const asIs = (from: URL | string): PageFile => ({
  contentType: contentTypes[extensionOf(String(from))]!,
  inlineScripts: [],
  read: () => readFile(from)
})

/** Blanks the types out and imports `./x.js` instead of `./x.ts`. */
const compile = (source: string): string =>
  nodeModule.stripTypeScriptTypes(source).replaceAll(/(from "\.\/\w+)\.ts"/g, "$1.js\"")

const compiled = (from: URL): PageFile => ({
  contentType: contentTypes["js"]!,
  inlineScripts: [],
  read: async () => compile(await readFile(from, "utf8"))
})

const document = (from: URL): PageFile => {
  const html = readFileSync(from, "utf8")
  return {
    contentType: contentTypes["html"]!,
    inlineScripts: Array.from(
      html.matchAll(/<script type="importmap">([\s\S]*?)<\/script>/g),
      ([, script]) => `sha256-${createHash("sha256").update(script!).digest("base64")}`
    ),
    read: () => Promise.resolve(html)
  }
}

const isServed = (name: string): boolean => ["css", "js", "ts"].includes(extensionOf(name)) && !name.endsWith(".d.ts")

export const files: ReadonlyMap<string, PageFile> = new Map([
  ["/", document(new URL("index.html", folder))],
  ...readdirSync(folder).filter(isServed).map((name) => {
    const from = new URL(name, folder)
    const isScript = extensionOf(name) === "ts"
    return [`/page/${isScript ? name.replace(/ts$/, "js") : name}`, isScript ? compiled(from) : asIs(from)] as const
  }),
  ["/page/sfu.js", asIs(moduleUrl)],
  [
    "/page/protobuf.min.js",
    asIs(nodeModule.createRequire(import.meta.url).resolve("protobufjs/dist/minimal/protobuf.min.js"))
  ]
])
