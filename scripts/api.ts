/** Writes the API reference of the site from the doc comments: `docs/api`, and the part of the sidebar that leads to it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { posix } from "node:path"
import ts from "typescript"
import { doors } from "../test/support/Packages.ts"
import { type Page, pagesOf } from "./api/Pages.ts"

const { errors, options } = ts.getParsedCommandLineOfConfigFile("tsconfig.json", {}, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"))
  }
})!
if (errors.length > 0) throw new Error(ts.formatDiagnostics(errors, ts.createCompilerHost(options)))

const pages = pagesOf(ts.createProgram(doors.map(({ file }) => file), options), doors)

const write = ({ children, path, text }: Page): void => {
  mkdirSync(posix.dirname(`docs/${path}`), { recursive: true })
  writeFileSync(`docs/${path}.md`, text)
  children.forEach(write)
}

interface Item {
  readonly text: string
  readonly link: string
  readonly collapsed?: boolean
  readonly items?: ReadonlyArray<Item>
}

const itemOf = ({ children, path, title }: Page): Item => ({
  text: title,
  link: `/${path.replace(/index$/, "")}`,
  ...(children.length > 0 ? { collapsed: true, items: children.map(itemOf) } : {})
})

rmSync("docs/api", { recursive: true, force: true })
pages.forEach(write)
writeFileSync("docs/api/sidebar.json", JSON.stringify(pages.map(itemOf)))
