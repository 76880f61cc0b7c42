/**
 * A test in a call of its own: an SFU, and a scope for its participants.
 */
import { it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { LoopbackSfuError, LoopbackSfuOptions } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

type Sfu = LoopbackSfu["Service"]

type Body<E> = Effect.Effect<unknown, E, LoopbackSfu | Scope.Scope>

/** Runs with an SFU, and closes it. Participants and clients live longer: in the current scope. */
export const withSfu = <A, E, R>(
  effect: (sfu: Sfu) => Effect.Effect<A, E, R>,
  options?: LoopbackSfuOptions
): Effect.Effect<A, E | LoopbackSfuError, Exclude<R, LoopbackSfu>> =>
  Effect.provide(Effect.flatMap(LoopbackSfu, effect), LoopbackSfu.layer(options))

/** `it.live` with an SFU. */
export const inCall = <E>(
  name: string,
  body: (sfu: Sfu) => Body<E>,
  options?: LoopbackSfuOptions,
  timeout?: number
): void => it.live(name, () => withSfu(body, options), timeout)

/** `it.live.each` with an SFU for each case. */
inCall.each = <Case>(cases: ReadonlyArray<Case>) =>
<E>(
  name: string,
  body: (sfu: Sfu, value: Case) => Body<E>,
  options: (value: Case) => LoopbackSfuOptions = () => ({})
): void => it.live.each(cases)(name, (value) => withSfu((sfu) => body(sfu, value), options(value)))
