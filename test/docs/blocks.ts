/**
 * The blocks of code of a document.
 */
import { readFileSync } from "node:fs"

export interface Block {
  readonly document: string
  /** From 1, of its document. */
  readonly line: number
  readonly code: string
  /** Of the block without a language that follows. */
  readonly output: string | undefined
}

export const blocksOf = (document: string, language: string): ReadonlyArray<Block> => {
  const text = readFileSync(document, "utf8")
  const fences = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`\\n(?:\\n\`\`\`\\n([\\s\\S]*?)^\`\`\`)?`, "gm")
  return Array.from(text.matchAll(fences), ({ 1: code, 2: output, index }) => ({
    document,
    line: text.slice(0, index).split("\n").length + 1,
    code: code!,
    output
  }))
}
