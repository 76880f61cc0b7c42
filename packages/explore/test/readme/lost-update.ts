import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"

const increment = (counter: Ref.Ref<number>) =>
  Effect.gen(function*() {
    const n = yield* Ref.get(counter)
    yield* Ref.set(counter, n + 1)
  }).pipe(Explore.named("increment"))

const program = Effect.gen(function*() {
  const counter = yield* Ref.make(0)
  yield* Effect.all([increment(counter), increment(counter)], { concurrency: 2 })
  return yield* Ref.get(counter)
})

console.log(Explore.format(Explore.run(program, { satisfies: (exit) => exit._tag === "Success" && exit.value === 2 })))
