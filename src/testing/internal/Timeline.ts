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
  times: number
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
      if (last?.step.lane === step.lane && last.line?.where === line?.where) last.times++
      else rows.push({ step, line, times: 1 })
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
  const lanes = Array.from(new Set([...rows.map(({ step }) => step.lane), ...run.left]))
  const widths = lanes.map((lane) => Math.max(names.get(lane)!.length, 1) + 2)
  const tellsTime = run.now > 0
  const cells = (cell: (lane: Lane) => string) => lanes.map((lane, at) => cell(lane).padEnd(widths[at]!)).join("")
  const time = (text: string) => tellsTime ? `${text.padStart(7)} ` : ""
  let before: Lane | undefined
  return [
    `${time("ms")}  # ${cells((lane) => names.get(lane)!)}`.trimEnd(),
    ...rows.map(({ line, step }, at) => {
      const mark = step.isNested ? "◆" : "●"
      const turn = before !== undefined && before !== step.lane ? "↷" : " "
      before = step.lane
      const what = line === undefined ? describe(step.primitive) : `${line.text}   ${line.where}`
      return `${time(String(step.now))}${String(at + 1).padStart(3)} ${
        cells((lane) => lane === step.lane ? mark : "│")
      }${turn} ${what}`
    }),
    ...run.left.map((lane) => `${time("")}    ${cells((other) => other === lane ? "✗" : " ")}  ${names.get(lane)} has not ended`)
  ].join("\n")
}

const describe = (primitive: Primitive): string => {
  const thunk = (primitive as { readonly "~effect/Effect/args"?: unknown })["~effect/Effect/args"]
  const name = primitive["~effect/Effect/identifier"] ?? "step"
  if (typeof thunk !== "function") return name
  const source = Function.prototype.toString.call(thunk).replace(/\s+/g, " ")
  return `${name} ${source.length > 60 ? `${source.slice(0, 57)}...` : source}`
}
