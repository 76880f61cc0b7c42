/**
 * The primitives of Effect's run loop. `Tracer.context` receives each primitive before it is evaluated; this module
 * provides the other details of a primitive that the exploration needs.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Tracer from "effect/Tracer"

export type AnyFiber = Fiber.Fiber<unknown, unknown>

export interface Primitive extends Tracer.EffectPrimitive<unknown> {
  /** Not part of Effect's public contract. If it is absent, the exploration has some additional choice points. */
  readonly "~effect/Effect/identifier"?: string | undefined
  readonly "~effect/Effect/args"?: unknown
}

const evaluateKey = "~effect/Effect/evaluate"

export const evaluate = (primitive: Primitive, fiber: AnyFiber): unknown => primitive[evaluateKey](fiber)

export const kindOf = (primitive: Primitive): string | undefined => primitive["~effect/Effect/identifier"]

export const isYield = (primitive: Primitive): boolean => kindOf(primitive) === "Yield"

export const ofEffect = (effect: Effect.Effect<unknown>): Primitive => effect as unknown as Primitive

/** Evaluates `Effect.never`: the fiber waits and nothing wakes it. */
export const evaluateNever = (fiber: AnyFiber): unknown => evaluate(ofEffect(Effect.never), fiber)

/** The primitive of a fiber that yields before it evaluates `primitive`, as the run loop does at the end of a turn. */
export const yieldBefore = (primitive: Primitive, fiber: AnyFiber): Primitive => {
  const effect = primitive as unknown as Effect.Effect<unknown>
  return evaluate(ofEffect(Effect.flatMap(Effect.yieldNow, () => effect)), fiber) as Primitive
}

/** The result of evaluating a primitive if the fiber has ended or has to wait. Measured, because Effect does not export it. */
export const suspended: unknown = (() => {
  let result: unknown
  const tracer = Tracer.make({
    span: (options) => new Tracer.NativeSpan(options),
    context: (primitive, fiber) => {
      const evaluated = primitive[evaluateKey](fiber)
      result = evaluated
      return evaluated
    }
  })
  Effect.runForkWith(Context.make(Tracer.Tracer, tracer))(Effect.never).interruptUnsafe()
  return result
})()
