/**
 * The site has each document as a page, and its links lead to pages, or to files of the repository.
 */
import { readdirSync } from "node:fs"
import { expect, test } from "vitest"
import { linkOf } from "../../docs/.vitepress/links.ts"
import { excluded, fileOf, pageOf, pathOf } from "../../docs/.vitepress/pages.ts"
import { repository } from "../../docs/.vitepress/repository.ts"
import { written } from "../../docs/.vitepress/sidebar.ts"

const guides = readdirSync("docs").filter((name) => name.endsWith(".md"))

test("each page is in the sidebar once", () => {
  const links = written.flatMap(({ items = [] }) => items.map(({ link }) => fileOf(pathOf(link!))))
  const others = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
  const packages = ["packages/explore/README.md", "packages/loopback/README.md"]
  expect(links.toSorted()).toEqual([...guides.map((name) => `docs/${name}`), ...others, ...packages].toSorted())
})

test("a file outside of the pages is excluded", () => {
  expect(excluded).toContain("AGENTS.md")
  expect(excluded.filter((file) => pageOf(file) !== undefined)).toEqual([])
})

test.each([
  ["docs/listening.md", "laws.md#16-one-track-one-lifetime", "/laws.md#16-one-track-one-lifetime"],
  ["docs/listening.md", "../README.md", "/overview.md"],
  ["README.md", "packages/explore/README.md", "/explore.md"],
  ["README.md", "docs/laws.md", "/laws.md"],
  ["docs/laws.md", "../src/resolver/Matching.ts", `${repository}/blob/main/src/resolver/Matching.ts`],
  ["docs/how-it-is-tested.md", "../test/mutants", `${repository}/tree/main/test/mutants`],
  ["docs/laws.md", "#the-laws", "#the-laws"],
  ["docs/laws.md", "https://effect.website", "https://effect.website"]
])("in %s the link %s is %s", (source, href, link) => {
  expect(linkOf(source, href)).toBe(link)
})

test("a link that leads nowhere is refused", () => {
  expect(() => linkOf("docs/laws.md", "../src/Nothing.ts")).toThrow(
    "docs/laws.md: the link ../src/Nothing.ts leads nowhere"
  )
})
