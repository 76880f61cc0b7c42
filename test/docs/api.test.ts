/**
 * The API reference, of a module that has one declaration of each kind.
 */
import ts from "typescript"
import { expect, test } from "vitest"
import { pagesOf } from "../../scripts/api/Pages.ts"
import { doors } from "../support/Packages.ts"

const files: Readonly<Record<string, string>> = {
  "/index.ts": `/**
 * Of the whole.
 */
export * from "./Shape.ts"
export * as Names from "./Names.ts"
`,
  "/Names.ts": `/** Of the names. */
import { Shape } from "./Shape.ts"

/**
 * Takes a {@link Shape}, not a <Shape>.
 *
 * @throws if it has none.
 *
 * @category getters
 * @since 0.2.0
 */
export const nameOf = (shape: Shape, options?: { readonly short: boolean }): string => shape.name
`,
  "/Shape.ts": `/**
 * A shape.
 *
 * @example
 * \`\`\`ts
 * new Shape()
 * \`\`\`
 *
 * @category services
 * @since 0.1.0
 */
export class Shape {
  constructor(readonly id: number) {}
  private secret = 1
  /** Its name. */
  readonly name: string = "a"
  static readonly make = (): Shape => new Shape(1)
  double(by: number): number { return by * 2 }
}

/** @category models */
export interface Options {
  /** How many. */
  readonly count: number
}

/** @category models */
export const sides = [3, 4] as const

export function of(options: Options): Shape { return Shape.make() }
`
}

const pages = (() => {
  const host = ts.createCompilerHost({})
  host.fileExists = (path) => path in files
  host.readFile = (path) => files[path]
  host.getSourceFile = (path, target) =>
    path in files ? ts.createSourceFile(path, files[path]!, target, true) : undefined
  const program = ts.createProgram(["/index.ts"], { allowImportingTsExtensions: true, noLib: true, types: [] }, host)
  return pagesOf(program, [{ name: "shapes", file: "/index.ts" }])
})()

test("a page has the declarations of its import, by category, without bodies and private members", () => {
  expect(pages.map(({ path, text }) => [path, text])).toEqual([[
    "api/shapes/index",
    `# shapes

Of the whole.

- [Names](./Names.md)

## Services

### Shape

A shape.

\`\`\`ts
class Shape {
  /** Its name. */
  readonly name: string

  static readonly make: () => Shape

  double(by: number): number
}
\`\`\`

Example:

\`\`\`ts
new Shape()
\`\`\`

Since 0.1.0

## Models

### Options

\`\`\`ts
interface Options {
  /** How many. */
  readonly count: number
}
\`\`\`

### sides

\`\`\`ts
const sides = [3, 4] as const
\`\`\`

## Other

### of

\`\`\`ts
function of(options: Options): Shape
\`\`\`

Uses [Options](/api/shapes/index.md#options), [Shape](/api/shapes/index.md#shape)
`
  ]])
})

test("a namespace has a page of its own, which says how to import it", () => {
  expect(pages[0]!.children.map(({ path, text }) => [path, text])).toEqual([[
    "api/shapes/Names",
    `# Names

\`\`\`ts
import { Names } from "shapes"
\`\`\`

Of the names.

## Getters

### nameOf

Takes a \`Shape\`, not a &lt;Shape>.

**Throws** if it has none.

\`\`\`ts
const nameOf: (shape: Shape, options?: { readonly short: boolean }) => string
\`\`\`

Since 0.2.0

Uses [Shape](/api/shapes/index.md#shape)
`
  ]])
})

test("every import of the packages has a page", () => {
  expect(doors.map(({ name }) => name)).toEqual(expect.arrayContaining([
    "effect-track-resolver",
    "effect-track-resolver/media",
    "effect-explore",
    "effect-explore/vitest",
    "effect-track-resolver-loopback"
  ]))
})
