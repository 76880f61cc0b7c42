/** Links of the documents lead to files of the repository. On the site they lead to the page of the file, or to the repository. */
import { existsSync, statSync } from "node:fs"
import { posix } from "node:path"
import type { MarkdownRenderer } from "vitepress"
import { fileOf, pageOf } from "./pages.ts"
import { repository } from "./repository.ts"

/** From the path of a page or of a file. The root of the site is the root of the repository. */
const sourceOf = (path: string): string => {
  const file = posix.relative(process.cwd(), path)
  return existsSync(file) ? file : fileOf(file)
}

/** `href` as it is in the file `source`. */
export const linkOf = (source: string, href: string): string => {
  const [, path, anchor] = /^([^#]*)(#.*)?$/.exec(href)!
  if (path === "" || /^[a-z]+:|^\//.test(href)) return href
  const file = posix.join(posix.dirname(source), path!)
  const page = pageOf(file)
  if (!existsSync(file)) throw new Error(`${source}: the link ${href} leads nowhere`)
  if (page !== undefined) return `/${page}${anchor ?? ""}`
  return `${repository}/${statSync(file).isDirectory() ? "tree" : "blob"}/main/${file}${anchor ?? ""}`
}

export const repositoryLinks = (md: MarkdownRenderer): void => {
  md.core.ruler.push("repository-links", ({ env, tokens }) => {
    const source = sourceOf(env.realPath ?? env.path)
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "link_open") token.attrSet("href", linkOf(source, token.attrGet("href")!))
    }
  })
}
