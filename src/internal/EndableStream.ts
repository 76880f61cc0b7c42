/**
 * The elements of a stream until a `Deferred` is done: one at a time, and none that the consumer has not taken by then. No
 * element is pulled before the consumer asks for it, unlike with `Stream.interruptWhen`.
 *
 * A stream that knows how to end needs no fiber for an element. Any other one is raced with the end, which takes two.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const Until = Symbol("effect-track-resolver/EndableStream/Until")

interface EndableStream<A> extends Stream.Stream<A> {
  readonly [Until]: (end: Deferred.Deferred<void>) => Stream.Stream<A>
}

const isEndable = <A>(stream: Stream.Stream<A>): stream is EndableStream<A> => Until in stream

/** `open` returns the stream, whose own end is `end` as well if there is one. */
export const make = <A>(open: (end: Deferred.Deferred<void> | undefined) => Stream.Stream<A>): Stream.Stream<A> =>
  Object.assign(open(undefined), { [Until]: open })

export const until = <A>(stream: Stream.Stream<A>, end: Deferred.Deferred<void>): Stream.Stream<A> =>
  isEndable(stream) ? stream[Until](end) : raced(stream, end)

const raced = <A>(stream: Stream.Stream<A>, end: Deferred.Deferred<void>): Stream.Stream<A> => {
  const ended = Effect.andThen(Deferred.await(end), Cause.done())
  return Stream.transformPull(stream, (pull) => Effect.succeed(Effect.raceFirst(pull, ended))).pipe(
    Stream.rechunk(1),
    Stream.takeWhile(() => !Deferred.isDoneUnsafe(end))
  )
}
