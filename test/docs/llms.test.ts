/**
 * What the site has for language models.
 */
import { expect, test } from "vitest"
import { fullOf, groupsOf, indexOf } from "../../docs/.vitepress/llms.ts"
import { repository } from "../../docs/.vitepress/repository.ts"
import { written } from "../../docs/.vitepress/sidebar.ts"

const groups = groupsOf(written)

test("llms.txt lists each page by its group, with what it is about", () => {
  const index = indexOf("title", "description", groups)
  expect(index.split("\n").slice(0, 3)).toEqual(["# title", "", "> description"])
  expect(index).toContain("## Guides\n\n- [Listening](/listening.md): `StreamEdge` turns an SFU's signalling")
  const links = index.split("\n").filter((line) => line.startsWith("- "))
  expect(links.length).toBe(written.flatMap(({ items = [] }) => items).length)
  expect(links.filter((line) => !/^- \[.+\]\(\/.+\.md\)(: .{10,}\.)?$/.test(line))).toEqual([])
})

test("llms-full.txt has each page whole, and no link to a file beside it", () => {
  const full = fullOf(groups)
  expect(full).toContain("<!-- /laws.md -->\n\n# ")
  expect(full).toContain(`](${repository}/blob/main/src/resolver/Matching.ts)`)
  const links = Array.from(full.matchAll(/\]\(([^)\s]+)\)/g), ([, href]) => href!)
  expect(links.filter((href) => !/^(https?:|\/|#)/.test(href))).toEqual([])
})
