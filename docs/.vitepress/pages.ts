/** Which Markdown files of the repository are pages of the site, and under which path. */
import { globSync } from "node:fs"

/** Pages outside of `docs`. */
const others = new Map([
  ["README.md", "overview.md"],
  ["ARCHITECTURE.md", "architecture.md"],
  ["CONTRIBUTING.md", "contributing.md"],
  ["CHANGELOG.md", "changelog.md"],
  ["packages/explore/README.md", "explore.md"],
  ["packages/loopback/README.md", "loopback.md"]
])

/** The path of the page that a file of the repository is, from the root of the site. */
export const pageOf = (file: string): string | undefined =>
  others.get(file) ?? (/^docs\/.*\.md$/.test(file) ? file.slice("docs/".length) : undefined)

/** The path of the page that a link of the site leads to. */
export const pathOf = (link: string): string => `${link.slice(1)}${link.endsWith("/") ? "index" : ""}.md`

/** The file of a page. */
export const fileOf = (page: string): string =>
  Array.from(others).find(([, other]) => other === page)?.[0] ?? `docs/${page}`

/** The Markdown files that are no pages. */
export const excluded = globSync("**/*.md", { exclude: (name) => name === "node_modules" })
  .filter((file) => pageOf(file) === undefined)
