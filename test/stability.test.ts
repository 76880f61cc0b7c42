/**
 * Each export of each entry point says how stable it is, as Effect's own do, and the entry point promises no more than that.
 * docs/versions.md explains the levels.
 */
import { readFileSync } from "node:fs"
import { posix } from "node:path"
import ts from "typescript"
import { expect, test } from "vitest"
import { doors, readmeRow } from "./support/Packages.ts"

type Stability = "experimental" | "stable" | "unstable"

/** Of each entry point. What it exports has this level, or a more stable one if another entry point exports it too. */
const entryPoints: { readonly [file: string]: Stability } = {
  "src/index.ts": "stable",
  "src/cluster/index.ts": "unstable",
  "src/media/index.ts": "stable",
  "src/stream-sfu/index.ts": "stable",
  "src/stream-sfu/protocol.ts": "experimental",
  "src/testing/index.ts": "stable",
  "src/werift/index.ts": "stable",
  "src/werift/unstable.ts": "unstable",
  "packages/explore/src/index.ts": "unstable",
  "packages/explore/src/vitest.ts": "unstable",
  "packages/loopback/src/index.ts": "experimental"
}

interface Export {
  readonly name: string
  readonly stability: string
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

const namesOf = (statement: ts.Statement): ReadonlyArray<string> =>
  ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText())
    : [(statement as ts.DeclarationStatement).name?.getText() ?? ""]

/** Of the comment before a declaration or at the start of a file. */
const stabilityOf = (text: string): string => /@stability (\w+)/.exec(text)?.[1] ?? "missing"

/** The declarations that a module exports, also those that it exports from another module here. */
const exportsOf = (file: string, wanted?: ReadonlySet<string>): ReadonlyArray<Export> => {
  const text = readFileSync(file, "utf8")
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  return source.statements.flatMap((statement): ReadonlyArray<Export> => {
    if (ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier
      if (from === undefined || !ts.isStringLiteral(from) || !/^\..*\.ts$/.test(from.text)) return []
      const clause = statement.exportClause
      const names = clause !== undefined && ts.isNamedExports(clause)
        ? new Set(clause.elements.map(({ name, propertyName }) => (propertyName ?? name).text))
        : undefined
      return exportsOf(posix.join(posix.dirname(file), from.text), names)
    }
    if (!isExported(statement)) return []
    const names = namesOf(statement).filter((name) => wanted?.has(name) ?? true)
    const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []
    const last = comments.at(-1)
    const isFunctionOverload = last === undefined && ts.isFunctionDeclaration(statement)
    if (isFunctionOverload) return []
    const stability = stabilityOf(last === undefined ? "" : text.slice(last.pos, last.end))
    return names.map((name) => ({ name: `${file}: ${name}`, stability }))
  })
}

test.each(Object.entries(entryPoints))("each export of %s is %s", (file, stability) => {
  const exported = exportsOf(file)
  const [, header = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, "utf8")) ?? []
  expect(stabilityOf(header)).toBe(stability)
  expect(exported.filter((one) => one.stability !== stability)).toEqual([])
})

test("every entry point of the packages has its level, which the README names", () => {
  expect(doors.map(({ file }) => file).toSorted()).toEqual(Object.keys(entryPoints).toSorted())
  const named = doors.map(({ name }) => [name, readmeRow(name)[3]])
  expect(named).toEqual(doors.map(({ file, name }) => [name, entryPoints[file]]))
})
