/**
 * Which line of the program each fiber is at: that of the `yield*` it came to last.
 *
 * A fiber that waits is on no stack. But `yield*` asks the effect for its iterator while the generator still is, so that
 * for the length of a telling the effects' prototypes are watched. Where the host has no stacks or no files, a line is
 * only less well described.
 */
import * as Fiber from "effect/Fiber"

export interface SourceLine {
  /** `test/counter.test.ts:12` */
  readonly where: string
  readonly text: string
}

export interface SourceLines {
  /** Watches effects of this kind as well. */
  readonly watch: (effect: object) => void
  readonly of: (fiber: Fiber.Fiber<unknown, unknown>) => SourceLine | undefined
  /** Forgets the fibers, and watches on. */
  readonly restart: () => void
  readonly close: () => void
}

interface Host {
  readonly cwd?: () => string
  readonly getBuiltinModule?: (name: string) => {
    readonly readFileSync?: (path: string, encoding: string) => string
  } | undefined
}

const host = (globalThis as { readonly process?: Host }).process

/** The third frame is the generator's: the first two are of this file. */
const frame = /\(?(?:file:\/\/)?([^\s()]+):(\d+):\d+\)?$/

const isForeign = (path: string): boolean => path.includes("/node_modules/") || path.startsWith("node:")

export const make = (): SourceLines => {
  const fs = host?.getBuiltinModule?.("node:fs")
  const home = `${host?.cwd?.() ?? ""}/`
  const files = new Map<string, ReadonlyArray<string>>()
  const watched = new Map<object, PropertyDescriptor>()
  let lines = new Map<unknown, SourceLine>()

  const textOf = (path: string, line: number): string => {
    let text = files.get(path)
    if (text === undefined) {
      try {
        text = fs?.readFileSync?.(path, "utf8").split("\n") ?? []
      } catch {
        text = []
      }
      files.set(path, text)
    }
    return text[line - 1]?.trim() ?? ""
  }

  const locate = (): void => {
    const [, path, line] = frame.exec(new Error("here").stack?.split("\n")[3] ?? "") ?? []
    if (path === undefined || isForeign(path)) return
    const where = path.startsWith(home) ? path.slice(home.length) : path
    lines.set(Fiber.getCurrent(), { where: `${where}:${line}`, text: textOf(path, Number(line)) })
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
    restart: () => {
      lines = new Map()
    },
    close: () => {
      for (const [prototype, descriptor] of watched) Object.defineProperty(prototype, Symbol.iterator, descriptor)
    }
  }
}
