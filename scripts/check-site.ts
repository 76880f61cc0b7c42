/** Checks the built site: each of its own links leads to a page of it, and to an anchor that this page has. */
import { globSync, readFileSync } from "node:fs"
import { posix } from "node:path"

const folder = "docs/.vitepress/dist"

const pages = new Map(
  globSync("**/*.html", { cwd: folder }).map((file) => [
    `/${file.replace(/(index)?\.html$/, "")}`,
    readFileSync(posix.join(folder, file), "utf8")
  ])
)

const base = "http://site"

const leadsNowhere = (from: string, href: string): boolean => {
  const { hash, origin, pathname } = new URL(href, base + from)
  if (origin !== base) return false
  const page = pages.get(pathname)
  return page === undefined || (hash !== "" && !page.includes(`id="${decodeURIComponent(hash.slice(1))}"`))
}

const broken = Array.from(pages).flatMap(([from, html]) =>
  Array.from(html.matchAll(/<a [^>]*href="([^"]+)"/g), ([, href]) => href!)
    .filter((href) => leadsNowhere(from, href))
    .map((href) => `${from}: ${href}`)
)

if (pages.size === 0) throw new Error(`${folder} has no page`)
if (broken.length > 0) throw new Error(`links that lead nowhere:\n${broken.join("\n")}`)
