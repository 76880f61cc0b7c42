/** The doc comment of a declaration, as Markdown. */
import ts from "typescript"

export interface Comment {
  readonly text: string
  readonly category: string
  readonly since: string | undefined
  readonly examples: ReadonlyArray<string>
}

/** Outside of code, Vue would read `<` and `{{` as a template. */
const escape = (text: string): string =>
  text.split(/(```[\s\S]*?```|`[^`]*`)/).map((part, index) =>
    index % 2 === 1 ? part : part.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;")
  ).join("")

const plain = (comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string =>
  (ts.getTextOfJSDocComment(comment) ?? "").replace(/\{@link ([^}\s]+)[^}]*\}/g, "`$1`")

const parse = (doc: ts.JSDoc): Comment => {
  const tagged = (name: string): ReadonlyArray<string> =>
    (doc.tags ?? []).filter((tag) => tag.tagName.text === name).map(({ comment }) => plain(comment))
  const sections = (doc.tags ?? [])
    .filter(({ tagName }) => ["throws", "deprecated"].includes(tagName.text))
    .map(({ comment, tagName }) => `**${tagName.text[0]!.toUpperCase()}${tagName.text.slice(1)}** ${plain(comment)}`)
  return {
    text: escape([plain(doc.comment), ...sections].filter((part) => part !== "").join("\n\n")),
    category: tagged("category")[0] ?? "other",
    since: tagged("since")[0],
    examples: tagged("example")
  }
}

/** The comment directly before a declaration. */
export const commentOf = (node: ts.Declaration): Comment | undefined => {
  const doc = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc)
  return doc === undefined ? undefined : parse(doc)
}

/** The first comment of a file, which describes the file. */
export const commentOfFile = (source: ts.SourceFile): Comment | undefined => {
  const first = source.statements[0]
  const docs = first === undefined ? [] : (first as { readonly jsDoc?: ReadonlyArray<ts.JSDoc> }).jsDoc ?? []
  const describesFile = first !== undefined && (ts.isImportDeclaration(first) || ts.isExportDeclaration(first))
  return docs[0] === undefined || !(describesFile || docs.length > 1) ? undefined : parse(docs[0])
}
