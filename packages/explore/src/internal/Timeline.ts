/**
 * Records a schedule as a timeline: one column for each fiber, and one row for each line of the program that a fiber
 * reached, in the order in which they ran. A long timeline shows its end.
 */
import type * as Effect from "effect/Effect"
import type { Run } from "./ControlledRuntime.ts"
import * as ControlledRuntime from "./ControlledRuntime.ts"
import type { Lane } from "./Lane.ts"
import { namesOf } from "./Lane.ts"
import type { Primitive } from "./Primitive.ts"
import { kindOf } from "./Primitive.ts"
import { replayPath } from "./ReplayPath.ts"
import type { Rules, Step } from "./RunState.ts"
import type { SourceLine } from "./SourceLine.ts"
import * as SourceLines from "./SourceLine.ts"

export interface Recording<A, E> {
  readonly run: Run<A, E>
  readonly timeline: string
  /** Whether the program no longer has this path. */
  readonly isStale: boolean
}

interface Row {
  /** The first step of the row. */
  readonly step: Step
  readonly line: SourceLine | undefined
  /** All primitives that the fiber evaluated at this line, in order. */
  readonly primitives: Array<Primitive>
}

/** Runs the schedule twice: the first run finds the kinds of effects whose iterators have to be watched. */
export const record = <A, E>(
  program: Effect.Effect<A, E>,
  choices: ReadonlyArray<number>,
  rules: Rules
): Recording<A, E> => {
  const lines = SourceLines.make()
  const rows: Array<Row> = []
  try {
    ControlledRuntime.run(program, replayPath(choices), rules, ({ primitive }) => lines.watch(primitive))
    lines.reset()
    const search = replayPath(choices)
    const run = ControlledRuntime.run(program, search, rules, (step, fiber) => {
      const line = lines.of(fiber)
      const last = rows.at(-1)
      if (last?.step.lane === step.lane && last.line?.location === line?.location) last.primitives.push(step.primitive)
      else rows.push({ step, line, primitives: [step.primitive] })
    })
    return { run, timeline: draw(run, relevant(rows)), isStale: search.isStale() }
  } finally {
    lines.close()
  }
}

/** Steps of a fiber before its first line belong to the runtime. A fiber without any line keeps them. */
const relevant = (rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const withLines = new Set(rows.flatMap(({ line, step }) => line === undefined ? [] : [step.lane]))
  return rows.filter(({ line, step }) => line !== undefined || !withLines.has(step.lane))
}

const mostRows = 400
const mostLanes = 24

/** The lanes of the last rows, then the ones that have not ended. */
const shownLanes = (rows: ReadonlyArray<Row>, unfinished: ReadonlyArray<Lane>): ReadonlySet<Lane> => {
  const all = new Set(rows.slice(-mostRows).map(({ step }) => step.lane).toReversed())
  for (const lane of unfinished) all.add(lane)
  return new Set(Array.from(all).slice(0, mostLanes))
}

const draw = (run: Run<unknown, unknown>, rows: ReadonlyArray<Row>): string => {
  const names = namesOf(run.lanes)
  const shown = shownLanes(rows, run.unfinished)
  const lanes = run.lanes.filter((lane) => shown.has(lane))
  const first = Math.max(0, rows.length - mostRows)
  const columns = (cell: (lane: Lane) => string) =>
    lanes.map((lane) => cell(lane).padEnd(names.get(lane)!.length + 2)).join("")
  const time = (text: string) => run.now > 0 ? `${text.padStart(7)} ` : ""
  const rowOf = ({ line, primitives, step }: Row, index: number) => {
    if (index < first || !shown.has(step.lane)) return []
    const previous = rows[index - 1]?.step.lane
    const isSwitch = previous !== undefined && previous !== step.lane
    const marks = columns((lane) => lane !== step.lane ? "│" : step.isNested ? "◆" : "●")
    const text = line === undefined ? describe(primitives) : `${shorten(line.text)}   ${line.location}`
    return [`${time(String(step.now))}${String(index + 1).padStart(3)} ${marks}${isSwitch ? "↷" : " "} ${text}`]
  }
  const drawn = rows.flatMap(rowOf)
  const unfinished = run.unfinished.filter((lane) => shown.has(lane))
  const omittedRows = rows.length - drawn.length
  const omittedFibers = new Set([...rows.map(({ step }) => step.lane), ...run.unfinished]).size - lanes.length
  return [
    ...(omittedRows + omittedFibers > 0 ? [`not shown: ${omittedRows} rows, ${omittedFibers} fibers`] : []),
    `${time("ms")}  # ${columns((lane) => names.get(lane)!)}`.trimEnd(),
    ...drawn,
    ...unfinished.map((lane) =>
      `${time("")}    ${columns((other) => other === lane ? "✗" : " ")}  ${names.get(lane)} has not ended`
    )
  ].join("\n")
}

const shorten = (text: string): string => text.length > 100 ? `${text.slice(0, 97)}...` : text

const endings: { readonly [kind: string]: string } = { Async: "waits", Failure: "fails, or is interrupted" }

/** For a fiber without `yield*`: the source text of its functions. */
const describe = (primitives: ReadonlyArray<Primitive>): string => {
  const sources = primitives.flatMap((primitive) => {
    const thunk = primitive["~effect/Effect/args"]
    return typeof thunk !== "function" || kindOf(primitive) !== "Sync"
      ? []
      : [Function.prototype.toString.call(thunk).replace(/\s+/g, " ")]
  })
  const last = primitives.at(-1)
  const ending = last === undefined ? undefined : endings[kindOf(last) ?? ""]
  return shorten([...sources, ...(ending === undefined ? [] : [ending])].join(", then ")) || "continues"
}
