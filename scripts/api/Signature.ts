/**
 * The text of a declaration as a reader of the API needs it: its source with the doc comments of its members, without the bodies of
 * functions and without initial values.
 */
import ts from "typescript"

const textBetween = (source: ts.SourceFile, from: number, to: number): string => source.text.slice(from, to).trim()

/** From the first token up to the body. */
const headOf = (node: ts.Node, body: ts.Node | undefined): string =>
  textBetween(node.getSourceFile(), node.getStart(), body === undefined ? node.end : body.getStart())
    .replace(/^(export|async) /g, "")

const typeOf = (node: ts.Node, checker: ts.TypeChecker): string =>
  checker.typeToString(checker.getTypeAtLocation(node), node, ts.TypeFormatFlags.NoTruncation)

const hasFunction = (node: ts.Node): boolean =>
  ts.isFunctionLike(node) || ts.forEachChild(node, (child) => hasFunction(child) || undefined) === true

/** Of a variable or a property. */
const valueOf = (
  name: string,
  node: ts.VariableDeclaration | ts.PropertyDeclaration,
  checker: ts.TypeChecker
): string => {
  const { initializer, type } = node
  if (type !== undefined) return `${name}: ${type.getText()}`
  if (initializer !== undefined && ts.isArrowFunction(initializer) && initializer.type !== undefined) {
    const source = node.getSourceFile()
    const [parameters, result] = [
      textBetween(source, initializer.getStart(), initializer.type.getFullStart()),
      initializer.type.getText()
    ]
    return `${name}: ${parameters.replace(/:$/, "").trimEnd()} => ${result}`
  }
  // Such as a schema: its source says more than its type.
  return initializer !== undefined && !hasFunction(initializer)
    ? `${name} = ${initializer.getText()}`
    : `${name}: ${typeOf(node, checker)}`
}

const docOf = (node: ts.Node): string => ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc)?.getText() ?? ""

const isHidden = (member: ts.ClassElement): boolean =>
  ts.isConstructorDeclaration(member) ||
  (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Override)) !== 0

const memberOf = (member: ts.ClassElement, checker: ts.TypeChecker): string => {
  if (!ts.isPropertyDeclaration(member)) return headOf(member, (member as ts.MethodDeclaration).body)
  const modifiers = ts.getModifiers(member)?.map((modifier) => modifier.getText()) ?? []
  return valueOf([...modifiers, member.name.getText()].join(" "), member, checker)
}

const classOf = (node: ts.ClassDeclaration, checker: ts.TypeChecker): string => {
  const source = node.getSourceFile()
  const brace = source.text.indexOf("{", node.heritageClauses?.at(-1)?.end ?? node.name!.end)
  const head = textBetween(source, node.getStart(), brace).replace(/^export /, "")
  const members = node.members.filter((member) => !isHidden(member)).map((member) =>
    [docOf(member), memberOf(member, checker)].filter((text) => text !== "").map((text) => `  ${text}`).join("\n")
  )
  return members.length === 0 ? head : `${head} {\n${members.join("\n\n")}\n}`
}

export const signatureOf = (node: ts.Declaration, checker: ts.TypeChecker): string => {
  if (ts.isClassDeclaration(node)) return classOf(node, checker)
  if (ts.isFunctionDeclaration(node)) return headOf(node, node.body)
  if (ts.isVariableDeclaration(node)) return `const ${valueOf(node.name.getText(), node, checker)}`
  return headOf(node, undefined)
}
