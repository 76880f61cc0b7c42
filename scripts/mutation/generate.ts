/**
 * The simplest changes of a TypeScript source, each a mutant: another condition, operator or literal, a statement or a property
 * less, another return value.
 */
import * as ts from "typescript"

/** Replaces the text from `start` to `end`. */
export interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

const operators: { readonly [operator in ts.SyntaxKind]?: ReadonlyArray<string> } = {
  [ts.SyntaxKind.LessThanToken]: ["<=", ">="],
  [ts.SyntaxKind.LessThanEqualsToken]: ["<", ">"],
  [ts.SyntaxKind.GreaterThanToken]: [">=", "<="],
  [ts.SyntaxKind.GreaterThanEqualsToken]: [">", "<"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ["!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ["==="],
  [ts.SyntaxKind.AmpersandAmpersandToken]: ["||"],
  [ts.SyntaxKind.BarBarToken]: ["&&"],
  [ts.SyntaxKind.PlusToken]: ["-"],
  [ts.SyntaxKind.MinusToken]: ["+"],
  [ts.SyntaxKind.AsteriskToken]: ["+"],
  [ts.SyntaxKind.PlusEqualsToken]: ["-="],
  [ts.SyntaxKind.MinusEqualsToken]: ["+="]
}

const unaryOperators: { readonly [operator in ts.SyntaxKind]?: string } = {
  [ts.SyntaxKind.PlusPlusToken]: "--",
  [ts.SyntaxKind.MinusMinusToken]: "++",
  [ts.SyntaxKind.ExclamationToken]: "",
  [ts.SyntaxKind.MinusToken]: ""
}

const methods: { readonly [name: string]: string } = {
  first: "last",
  last: "first",
  some: "every",
  every: "some",
  max: "min",
  min: "max",
  add: "delete",
  push: "unshift"
}

/** `array.filter(f)` becomes `array`. */
const removableCalls = new Set(["filter", "sort", "toSorted", "map", "slice", "trim", "toLowerCase", "replaceAll"])

const isCondition = (node: ts.Node): boolean => {
  const { parent } = node
  return ((ts.isIfStatement(parent) || ts.isWhileStatement(parent)) && parent.expression === node)
    || (ts.isConditionalExpression(parent) && parent.condition === node)
    || (ts.isForStatement(parent) && parent.condition === node)
}

const isTrivial = (node: ts.Expression): boolean =>
  node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword
  || (ts.isIdentifier(node) && node.text === "undefined")

/** Not a module specifier, a type, a property name or an argument of `@effect` annotations. */
const isValue = (node: ts.StringLiteral): boolean =>
  !ts.isImportDeclaration(node.parent) && !ts.isExportDeclaration(node.parent) && !ts.isLiteralTypeNode(node.parent)
  && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)

/** Each change of `source`, in the order of the text. */
export const changesOf = (name: string, source: string): ReadonlyArray<Change> => {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true)
  const changes: Array<Change> = []
  const replace = (node: ts.Node, text: string) => changes.push({ start: node.getStart(file), end: node.end, text })
  /** Removes an element of a list, with the comma that follows or precedes it. */
  const removeElement = (elements: ts.NodeArray<ts.Node>, n: number) => {
    const element = elements[n]!
    const next = elements[n + 1]
    const previous = elements[n - 1]
    if (next !== undefined) changes.push({ start: element.getStart(file), end: next.getStart(file), text: "" })
    else {changes.push({
        start: previous === undefined ? element.getStart(file) : previous.end,
        end: element.end,
        text: ""
      })}
  }

  const change = (node: ts.Node): void => {
    if (ts.isExpression(node) && isCondition(node)) {
      replace(node, "true")
      replace(node, "false")
    }
    if (ts.isBinaryExpression(node)) {
      const { left, operatorToken, right } = node
      for (const other of operators[operatorToken.kind] ?? []) replace(operatorToken, other)
      if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
        replace(node, left.getText(file))
        replace(node, right.getText(file))
      }
      if (
        operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken || operatorToken.kind === ts.SyntaxKind.BarBarToken
      ) {
        replace(node, left.getText(file))
        replace(node, right.getText(file))
      }
    } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const other = unaryOperators[node.operator]
      const operand = node.operand.getText(file)
      if (other !== undefined) {
        replace(node, ts.isPrefixUnaryExpression(node) ? `${other}${operand}` : `${operand}${other}`)
      }
    } else if (ts.isNumericLiteral(node)) {
      replace(node, `${Number(node.text) + 1}`)
    } else if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
      if (!ts.isLiteralTypeNode(node.parent)) replace(node, node.kind === ts.SyntaxKind.TrueKeyword ? "false" : "true")
    } else if (ts.isStringLiteral(node)) {
      if (isValue(node)) replace(node, node.text === "" ? "\"mutant\"" : "\"\"")
    } else if (ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)) {
      replace(node, "\"\"")
    } else if (ts.isArrayLiteralExpression(node)) {
      node.elements.forEach((_, n) => removeElement(node.elements, n))
    } else if (ts.isObjectLiteralExpression(node)) {
      node.properties.forEach((_, n) => removeElement(node.properties, n))
    } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression
      const other = methods[name.text]
      if (other !== undefined) replace(name, other)
      if (removableCalls.has(name.text)) replace(node, expression.getText(file))
    } else if (ts.isExpressionStatement(node) || ts.isBreakStatement(node) || ts.isContinueStatement(node)) {
      replace(node, ";")
    } else if (ts.isReturnStatement(node)) {
      if (node.expression === undefined) replace(node, ";")
      else if (!isTrivial(node.expression)) replace(node.expression, "undefined")
    } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body) && !isTrivial(node.body)) {
      replace(node.body, "undefined")
    }
    if (ts.isPropertyAccessExpression(node) && node.questionDotToken !== undefined) replace(node.questionDotToken, ".")
  }

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isTypeAliasDeclaration(node)) return
    if (ts.isInterfaceDeclaration(node) || ts.isExportDeclaration(node)) return
    change(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return changes
}

/** The source with the change. */
export const apply = (source: string, { end, start, text }: Change): string =>
  source.slice(0, start) + text + source.slice(end)

/** The lines that the change touches, before and after it. They name the mutant, wherever the lines move. */
export const linesOf = (source: string, change: Change): { readonly before: string; readonly after: string } => {
  const start = source.lastIndexOf("\n", change.start - 1) + 1
  const end = source.indexOf("\n", change.end)
  const lines = (text: string) => text.split("\n").map((line) => line.trim()).join("\n")
  return {
    before: lines(source.slice(start, end)),
    after: lines(source.slice(start, change.start) + change.text + source.slice(change.end, end))
  }
}
