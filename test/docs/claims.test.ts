/**
 * What documents say of tests and of limits is true: each named test exists, and each number is that of the source.
 */
import { readFileSync } from "node:fs"
import { posix } from "node:path"
import { expect, test } from "vitest"

const linesOf = (document: string): ReadonlyArray<string> => readFileSync(`docs/${document}`, "utf8").split("\n")

const read = (href: string): string => readFileSync(posix.join("docs", href), "utf8")

test("each test that docs/track-record.md names is in its file", () => {
  const named = linesOf("track-record.md").flatMap((line) =>
    Array.from(line.matchAll(/\]\(([^)]+\.ts)\): `([^`]+)`/g), ([, file, name]) => ({ file: file!, name: name! }))
  )
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter(({ file, name }) => !read(file).includes(`"${name}"`))).toEqual([])
})

test("each bound of docs/security.md has the value of its constant", () => {
  const bounds = linesOf("security.md").flatMap((line) =>
    Array.from(line.matchAll(/^\|[^|]*\| *([\d,]+) *\|[^|]*\| \[`(\w+)`\]\(([^)]+)\)/g), ([, value, name, file]) => ({
      name: name!,
      file: file!,
      value: Number(value!.replaceAll(",", ""))
    }))
  )
  expect(bounds.length).toBeGreaterThan(20)
  const actual = bounds.map(({ file, name }) => {
    // A constant, or the default of an option.
    const [, expression] = new RegExp(`(?:const ${name} = |options\\??\\.${name} \\?\\? )([\\d_ *x]+)`).exec(
      read(file)
    )!
    return {
      name,
      file,
      value: expression!.split("*").reduce((product, factor) => product * Number(factor.replaceAll("_", "")), 1)
    }
  })
  expect(actual).toEqual(bounds)
})
