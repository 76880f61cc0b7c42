/** The site for language models: `llms.txt` lists the pages, `llms-full.txt` has all of them, and each page is there as Markdown. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { posix } from "node:path"
import type { DefaultTheme } from "vitepress"
import { linkOf } from "./links.ts"
import { fileOf, pathOf } from "./pages.ts"

interface Group {
  readonly title: string
  readonly pages: ReadonlyArray<Page>
}

interface Page {
  readonly title: string
  /** From the root of the site. */
  readonly path: string
  readonly text: string
}

const pagesOf = (items: ReadonlyArray<DefaultTheme.SidebarItem>): ReadonlyArray<Page> =>
  items.flatMap(({ items = [], link, text }) => {
    const path = pathOf(link!)
    const file = fileOf(path)
    const markdown = readFileSync(file, "utf8").replace(/\]\(([^)\s]+)\)/g, (_, href) => `](${linkOf(file, href)})`)
    return [{ title: text!, path, text: markdown }, ...pagesOf(items)]
  })

export const groupsOf = (sidebar: ReadonlyArray<DefaultTheme.SidebarItem>): ReadonlyArray<Group> =>
  sidebar.map(({ items = [], text }) => ({ title: text!, pages: pagesOf(items) }))

/** The first sentence below the title. */
const summaryOf = ({ text }: Page): string => {
  const paragraph = text.split("\n\n").find((part) => /^[A-Z`[]/.test(part))?.replaceAll("\n", " ") ?? ""
  return /^.*?[.:](?= |$)/.exec(paragraph)?.[0].replace(/:$/, ".") ?? paragraph
}

export const indexOf = (title: string, description: string, groups: ReadonlyArray<Group>): string => {
  const sections = groups.map(({ pages, title }) => {
    const links = pages.map((page) => `- [${page.title}](/${page.path}): ${summaryOf(page)}`.replace(/: $/, ""))
    return `## ${title}\n\n${links.join("\n")}\n`
  })
  return [`# ${title}\n\n> ${description}\n`, ...sections].join("\n")
}

export const fullOf = (groups: ReadonlyArray<Group>): string =>
  groups.flatMap(({ pages }) => pages.map(({ path, text }) => `<!-- /${path} -->\n\n${text}`)).join("\n")

export const writeTo = (
  folder: string,
  title: string,
  description: string,
  sidebar: ReadonlyArray<DefaultTheme.SidebarItem>
): void => {
  const groups = groupsOf(sidebar)
  for (const { path, text } of groups.flatMap(({ pages }) => pages)) {
    mkdirSync(posix.dirname(posix.join(folder, path)), { recursive: true })
    writeFileSync(posix.join(folder, path), text)
  }
  writeFileSync(posix.join(folder, "llms.txt"), indexOf(title, description, groups))
  writeFileSync(posix.join(folder, "llms-full.txt"), fullOf(groups))
}
