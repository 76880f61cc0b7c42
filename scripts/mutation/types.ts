/**
 * Whether a changed file of the project still compiles.
 */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import * as ts from "typescript"

export interface Types {
  /** The first error of the file with this text, or undefined. Takes a tenth of a second. */
  readonly errorOf: (file: string, source: string) => string | undefined
}

/** Takes seconds. A local that a change leaves unused is not an error, because the change is still a mutant. */
export const make = (): Types => {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile)
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    { ...config, include: ["src/resolver"] },
    ts.sys,
    process.cwd()
  )
  const changed = new Map<string, { readonly version: number; readonly source: string }>()
  const textOf = (name: string): string | undefined => changed.get(name)?.source ?? ts.sys.readFile(name)
  const service = ts.createLanguageService({
    getScriptFileNames: () => fileNames,
    getScriptVersion: (name) => `${changed.get(name)?.version ?? 0}`,
    getScriptSnapshot: (name) => {
      const text = textOf(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => process.cwd(),
    getCompilationSettings: () => ({ ...options, noUnusedLocals: false, noUnusedParameters: false }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: textOf,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories
  })
  let version = 0
  const diagnose = (name: string): string | undefined => {
    const [first] = [...service.getSyntacticDiagnostics(name), ...service.getSemanticDiagnostics(name)]
    return first === undefined ? undefined : ts.flattenDiagnosticMessageText(first.messageText, " ").slice(0, 100)
  }
  return {
    errorOf: (file, source) => {
      const name = resolve(file).replaceAll("\\", "/")
      changed.set(name, { version: ++version, source })
      const error = diagnose(name)
      changed.set(name, { version: ++version, source: readFileSync(file, "utf8") })
      return error
    }
  }
}
