/**
 * Records the log lines and the spans of an effect, so that a test can search them for secrets.
 */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"

export interface Telemetry {
  /** Messages and causes of the log lines, spans, and what a test adds. */
  readonly records: Array<unknown>
  /** Runs an effect with the recording logger, at every log level, and the recording tracer. */
  readonly record: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export const make = (): Telemetry => {
  const records: Array<unknown> = []
  const logger = Logger.make(({ cause, message }) => void records.push(message, cause))
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      records.push(span)
      return span
    }
  })
  return {
    records,
    record: (effect) =>
      effect.pipe(
        Effect.withTracer(tracer),
        Effect.withLogger(logger),
        Effect.provideService(References.MinimumLogLevel, "All")
      )
  }
}
