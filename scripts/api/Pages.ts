/** The pages of the API reference: one for each import and one for each namespace that it exports, in Markdown. */
import { posix } from "node:path"
import ts from "typescript"
import type { Door } from "../../test/support/Packages.ts"
import { commentOf, commentOfFile } from "./Comment.ts"
import { signatureOf } from "./Signature.ts"

export interface Page {
  /** From `docs`, without its ending. */
  readonly path: string
  readonly title: string
  readonly text: string
  /** The namespaces of an import. */
  readonly children: ReadonlyArray<Page>
}

interface Entry {
  readonly name: string
  readonly category: string
  readonly text: string
  readonly code: string
}

const isGenerated = (node: ts.Node): boolean => node.getSourceFile().fileName.includes("/generated/")

const entryOf = (name: string, declarations: ReadonlyArray<ts.Declaration>, checker: ts.TypeChecker): Entry => {
  const [comment] = declarations.flatMap((declaration) => commentOf(declaration) ?? [])
  const code = declarations.map((declaration) => signatureOf(declaration, checker)).join("\n\n")
  return {
    name,
    code,
    category: comment?.category ?? "other",
    text: [
      `### ${name}`,
      comment?.text ?? "",
      `\`\`\`ts\n${code}\n\`\`\``,
      ...(comment?.examples ?? []).map((example) => `Example:\n\n${example}`),
      comment?.since === undefined ? "" : `Since ${comment.since}`
    ].filter((part) => part !== "").join("\n\n")
  }
}

const entriesOf = (module: ts.Symbol, checker: ts.TypeChecker) => {
  const entries: Array<Entry> = []
  const namespaces: Array<readonly [name: string, module: ts.Symbol]> = []
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    const declarations = symbol.declarations ?? []
    if (declarations.some(ts.isSourceFile)) namespaces.push([exported.name, symbol])
    // The codec of the SFU's messages: its schema describes them.
    else if (!declarations.some(isGenerated)) entries.push(entryOf(exported.name, declarations, checker))
  }
  return { entries, namespaces }
}

/** The categories that a reader looks for first. */
const first = ["services", "layers", "constructors", "models", "errors"]
const rankOf = (category: string): number => first.includes(category) ? first.indexOf(category) : first.length

/** Where the declarations of a page and of those above it are, by name. */
type Places = ReadonlyMap<string, string>

const withLinks = ({ code, name, text }: Entry, places: Places): string => {
  const words = new Set(code.replace(/\/\*[\s\S]*?\*\//g, "").match(/\b[A-Z]\w+/g))
  words.delete(name)
  const links = Array.from(words).filter((word) => places.has(word)).map((word) => `[${word}](${places.get(word)})`)
  return links.length === 0 ? text : `${text}\n\nUses ${links.join(", ")}`
}

const sectionsOf = (entries: ReadonlyArray<Entry>, places: Places): ReadonlyArray<string> => {
  const categories = Map.groupBy(entries, ({ category }) => category)
  return Array.from(categories)
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b) || a.localeCompare(b))
    .flatMap(([category, entries]) => [
      `## ${category[0]!.toUpperCase()}${category.slice(1)}`,
      ...entries.toSorted((a, b) => a.name.localeCompare(b.name)).map((entry) => withLinks(entry, places))
    ])
}

interface Place {
  readonly path: string
  readonly title: string
  /** Of the import. */
  readonly specifier: string
  readonly above: Places
}

const pageOf = ({ above, path, specifier, title }: Place, module: ts.Symbol, checker: ts.TypeChecker): Page => {
  const { entries, namespaces } = entriesOf(module, checker)
  const places = new Map([...above, ...entries.map(({ name }) => [name, `/${path}.md#${name.toLowerCase()}`] as const)])
  const children = namespaces.map(([name, symbol]) => {
    const place = { path: posix.join(posix.dirname(path), name), title: name, specifier, above: places }
    return pageOf(place, symbol, checker)
  })
  const source = module.declarations?.find(ts.isSourceFile)
  const parts = [
    `# ${title}`,
    title === specifier ? "" : `\`\`\`ts\nimport { ${title} } from "${specifier}"\n\`\`\``,
    source === undefined ? "" : commentOfFile(source)?.text ?? "",
    children.map((child) => `- [${child.title}](./${posix.basename(child.path)}.md)`).join("\n"),
    ...sectionsOf(entries, places)
  ]
  return { path, title, text: `${parts.filter((part) => part !== "").join("\n\n")}\n`, children }
}

export const pagesOf = (
  program: ts.Program,
  doors: ReadonlyArray<Pick<Door, "name" | "file">>
): ReadonlyArray<Page> => {
  const checker = program.getTypeChecker()
  return doors.map(({ file, name: specifier }) => {
    const source = program.getSourceFile(posix.resolve(file))
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${file} exports nothing`)
    return pageOf({ path: `api/${specifier}/index`, title: specifier, specifier, above: new Map() }, module, checker)
  })
}
