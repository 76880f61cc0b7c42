/**
 * Everything that an operator of an application reads: log lines of every level, errors, spans, traces and metrics.
 */
import { Trace } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"

export interface Overheard {
  /** What is wrong with a text that was read: its place, the fault, and the text. */
  readonly faults: ReadonlyArray<string>
  /** How many texts were read from each place. */
  readonly counts: ReadonlyMap<string, number>
  readonly error: (error: unknown) => void
  readonly cause: (cause: Cause.Cause<unknown>) => void
  /** Data for the application: it may have any character, but no secret. */
  readonly data: (value: unknown) => void
  /** Reads the logs, spans, traces and metrics of an effect. */
  readonly listen: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** Of a line, in characters. */
const longest = 1_500

const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** `secrets` are all forms of them. 16 characters of one are a fault. */
export const make = (secrets: ReadonlyArray<string>): Overheard => {
  const faults: Array<string> = []
  const counts = new Map<string, number>()
  const parts = new Set(
    secrets.flatMap((secret) => Array.from({ length: secret.length - 15 }, (_, n) => secret.slice(n, n + 16)))
  )
  const fault = (where: string, what: string, text: string) =>
    void faults.push(`${where}: ${what}: ${JSON.stringify(text.slice(0, 300))}`)

  const searchSecrets = (where: string, text: string): void => {
    for (let n = 0; n + 16 <= text.length; n++) {
      if (parts.has(text.slice(n, n + 16))) return fault(where, "a secret", text.slice(Math.max(0, n - 40)))
    }
  }

  const line = (where: string, text: string): void => {
    counts.set(where, (counts.get(where) ?? 0) + 1)
    if (unsafe.test(text)) fault(where, "an unsafe character", text)
    if (text.length > longest) fault(where, `${text.length} characters`, text)
    searchSecrets(where, text)
  }

  /** A stack has several lines, and each begins with our own text. */
  const stack = (where: string, text: string): void => text.split("\n").forEach((one) => line(where, one))

  const error = (value: unknown): void => {
    if (!(value instanceof Error)) return line("error", JSON.stringify(value) ?? "")
    line("error", value.message)
    line("error as JSON", JSON.stringify(value))
    stack("error as text", String(value.stack))
    searchSecrets("error, inspected", inspect(value, { depth: 8 }))
    if (value.cause !== undefined) error(value.cause)
  }

  const cause = (value: Cause.Cause<unknown>): void => {
    stack("cause", Cause.pretty(value))
    for (const reason of value.reasons) {
      if (reason._tag === "Fail") error(reason.error)
      if (reason._tag === "Die") error(reason.defect)
    }
  }

  const logger = Logger.make((options) => {
    for (const part of Array.isArray(options.message) ? options.message : [options.message]) {
      if (typeof part === "string") line("log", part)
      else if (Cause.isCause(part)) cause(part)
      else error(part)
    }
    if (options.cause.reasons.length > 0) cause(options.cause)
    searchSecrets("log", Logger.formatLogFmt.log(options))
    searchSecrets("log", inspect(Logger.formatStructured.log(options), { depth: 8 }))
  })

  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const end = span.end.bind(span)
      span.end = (time, exit) => {
        line("span", span.name)
        for (const [name, value] of span.attributes) line("span", `${name}=${String(value)}`)
        for (const [name, , attributes] of span.events) line("span", `${name} ${JSON.stringify(attributes)}`)
        if (exit._tag === "Failure") cause(exit.cause)
        end(time, exit)
      }
      return span
    }
  })

  /** The longest id may be in a trace: it must be possible to replay it. */
  const trace = Trace.layer({
    ids: "clear",
    write: (lines) =>
      Effect.sync(() => {
        for (const one of lines.split("\n")) {
          counts.set("trace", (counts.get("trace") ?? 0) + 1)
          if (unsafe.test(one)) fault("trace", "an unsafe character", one)
          searchSecrets("trace", one)
        }
      })
  })

  const readMetrics = Effect.map(Metric.snapshot, (metrics) => {
    for (const { attributes, id } of metrics) line("metric", `${id} ${JSON.stringify(attributes)}`)
  })

  return {
    faults,
    counts,
    error,
    cause,
    data: (value) => searchSecrets("data", JSON.stringify(value) ?? ""),
    listen: (effect) =>
      Effect.ensuring(effect, readMetrics).pipe(
        Effect.provide(trace),
        Effect.withTracer(tracer),
        Effect.provide(Layer.mergeAll(Logger.layer([logger]))),
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.provideService(Metric.MetricRegistry, new Map())
      )
  }
}
