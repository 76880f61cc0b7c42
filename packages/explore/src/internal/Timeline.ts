/**
 * Tells a schedule: a lane for each fiber, and in the order in which they ran the lines of the program that they came to.
 */
import type * as Effect from "effect/Effect"
import { along } from "../Strategy.ts"
import type { Lane } from "./Lane.ts"
import { namesOf } from "./Lane.ts"
import type { Primitive, Rules, Run, Step } from "./Machine.ts"
import * as Machine from "./Machine.ts"
import type { SourceLine } from "./SourceLine.ts"
import * as SourceLines from "./SourceLine.ts"

export interface Told<A, E> {
  readonly run: Run<A, E>
  readonly timeline: string
  /** Whether the choices lead somewhere that no longer exists. */
  readonly isLost: boolean
}

interface Row {
  readonly step: Step
  readonly line: SourceLine | undefined
  /** All that the fiber did there, one after the other. */
  readonly primitives: Array<Primitive>
}

/** Twice: the first time only to see which kinds of effects there are. */
export const tell = <A, E>(
  program: Effect.Effect<A, E>,
  choices: ReadonlyArray<number>,
  rules: Rules
): Told<A, E> => {
  const lines = SourceLines.make()
  const rows: Array<Row> = []
  try {
    Machine.run(program, along(choices), rules, ({ primitive }) => lines.watch(primitive))
    lines.restart()
    const search = along(choices)
    const run = Machine.run(program, search, rules, (step, fiber) => {
      const line = lines.of(fiber)
      const last = rows.at(-1)
      if (last?.step.lane === step.lane && last.line?.where === line?.where) last.primitives.push(step.primitive)
      else rows.push({ step, line, primitives: [step.primitive] })
    })
    return { run, timeline: draw(run, rows), isLost: search.isLost() }
  } finally {
    lines.close()
  }
}

const draw = (run: Run<unknown, unknown>, all: ReadonlyArray<Row>): string => {
  // What a fiber does before it comes to a line of the program is the runtime's business, unless it comes to none.
  const withLines = new Set(all.flatMap(({ line, step }) => line === undefined ? [] : [step.lane]))
  const rows = all.filter(({ line, step }) => line !== undefined || !withLines.has(step.lane))
  const names = namesOf(run.lanes)
  const shown = new Set([...rows.map(({ step }) => step.lane), ...run.left])
  const lanes = run.lanes.filter((lane) => shown.has(lane))
  const widths = lanes.map((lane) => Math.max(names.get(lane)!.length, 1) + 2)
  const tellsTime = run.now > 0
  const cells = (cell: (lane: Lane) => string) => lanes.map((lane, at) => cell(lane).padEnd(widths[at]!)).join("")
  const time = (text: string) => tellsTime ? `${text.padStart(7)} ` : ""
  let before: Lane | undefined
  return [
    `${time("ms")}  # ${cells((lane) => names.get(lane)!)}`.trimEnd(),
    ...rows.map(({ line, primitives, step }, at) => {
      const mark = step.isNested ? "◆" : "●"
      const turn = before !== undefined && before !== step.lane ? "↷" : " "
      before = step.lane
      const what = line === undefined ? describe(primitives) : `${cut(line.text)}   ${line.where}`
      return `${time(String(step.now))}${String(at + 1).padStart(3)} ${
        cells((lane) => lane === step.lane ? mark : "│")
      }${turn} ${what}`
    }),
    ...run.left.map((lane) =>
      `${time("")}    ${cells((other) => other === lane ? "✗" : " ")}  ${names.get(lane)} has not ended`
    )
  ].join("\n")
}

const cut = (text: string): string => text.length > 100 ? `${text.slice(0, 97)}...` : text

const ends: { readonly [primitive: string]: string } = { Async: "waits", Failure: "fails, or is interrupted" }

/** A program that is not written with `yield*` has no lines, but it has functions. */
const describe = (primitives: ReadonlyArray<Primitive>): string => {
  const sources = primitives.flatMap((primitive) => {
    const thunk = (primitive as { readonly "~effect/Effect/args"?: unknown })["~effect/Effect/args"]
    const name = primitive["~effect/Effect/identifier"]
    return typeof thunk !== "function" || name !== "Sync"
      ? []
      : [Function.prototype.toString.call(thunk).replace(/\s+/g, " ")]
  })
  const end = ends[primitives.at(-1)?.["~effect/Effect/identifier"] ?? ""]
  return cut([...sources, ...(end === undefined ? [] : [end])].join(", then ")) || "goes on"
}
