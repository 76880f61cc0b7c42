/**
 * Finds the source line that each fiber has reached: the line of its last `yield*`.
 *
 * A waiting fiber is on no stack. But `yield*` calls the effect's `[Symbol.iterator]` while the generator is on the stack.
 * Therefore the iterators of the effects' prototypes are replaced during a recording, and read the stack. If the host has
 * no stack traces or no files, the timeline shows less.
 */
import * as Fiber from "effect/Fiber"
import type { AnyFiber } from "./Primitive.ts"

export interface SourceLine {
  /** For example `test/counter.test.ts:12`. */
  readonly location: string
  readonly text: string
}

export interface SourceLines {
  /** Replaces the iterator of all effects of this kind. */
  readonly watch: (effect: object) => void
  readonly of: (fiber: AnyFiber) => SourceLine | undefined
  /** Forgets the lines of all fibers, but continues to watch. */
  readonly reset: () => void
  /** Restores the iterators. */
  readonly close: () => void
}

interface Host {
  readonly cwd?: () => string
  readonly getBuiltinModule?: (name: string) => {
    readonly readFileSync?: (path: string, encoding: string) => string
  } | undefined
}

const host = (globalThis as { readonly process?: Host }).process

const frame = /\(?(?:file:\/\/)?([^\s()]+):(\d+):\d+\)?$/
/** In the stack of `locate`: line 0 is the message, 1 is `locate`, 2 is the replaced iterator, 3 is the generator. */
const generatorFrame = 3

const isForeign = (path: string): boolean => path.includes("/node_modules/") || path.startsWith("node:")

/** Reads lines of files, each file once. */
const makeReader = (): (path: string, line: number) => string => {
  const fs = host?.getBuiltinModule?.("node:fs")
  const files = new Map<string, ReadonlyArray<string>>()
  const read = (path: string): ReadonlyArray<string> => {
    try {
      return fs?.readFileSync?.(path, "utf8").split("\n") ?? []
    } catch {
      return []
    }
  }
  return (path, line) => {
    const lines = files.get(path) ?? read(path)
    files.set(path, lines)
    return lines[line - 1]?.trim() ?? ""
  }
}

export const make = (): SourceLines => {
  const workingDirectory = `${host?.cwd?.() ?? ""}/`
  const textOf = makeReader()
  const watched = new Map<object, PropertyDescriptor>()
  let lines = new Map<unknown, SourceLine>()

  const locate = (): void => {
    const [, path, line] = frame.exec(new Error("here").stack?.split("\n")[generatorFrame] ?? "") ?? []
    if (path === undefined || isForeign(path)) return
    const shownPath = path.startsWith(workingDirectory) ? path.slice(workingDirectory.length) : path
    lines.set(Fiber.getCurrent(), { location: `${shownPath}:${line}`, text: textOf(path, Number(line)) })
  }

  return {
    watch: (effect) => {
      const prototype: unknown = Object.getPrototypeOf(effect)
      if (typeof prototype !== "object" || prototype === null || watched.has(prototype)) return
      const descriptor = Object.getOwnPropertyDescriptor(prototype, Symbol.iterator)
      const original: unknown = descriptor?.value
      if (descriptor?.configurable !== true || typeof original !== "function") return
      watched.set(prototype, descriptor)
      Object.defineProperty(prototype, Symbol.iterator, {
        ...descriptor,
        value: function(this: unknown) {
          locate()
          return Reflect.apply(original, this, [])
        }
      })
    },
    of: (fiber) => lines.get(fiber),
    reset: () => {
      lines = new Map()
    },
    close: () => {
      for (const [prototype, descriptor] of watched) Object.defineProperty(prototype, Symbol.iterator, descriptor)
    }
  }
}
