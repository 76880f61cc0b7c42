/**
 * The bytes of one file: the packets of the tracks, one track after the other, each at its time.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { RemoteTrack } from "../../edge/RemoteTrack.ts"
import type { UnsupportedCodecError } from "../CodecError.ts"
import type { MediaFile, Packet } from "./MediaFile.ts"
import { concat } from "./TypedArrays.ts"

/** In pieces of a file. A sink that is slow gets all of them in one piece. */
const mostBuffered = 1_024

/** Sound or pictures in a file. */
export interface Medium {
  /** The packets of a track, each at its time in the file. */
  readonly packetsOf: (track: RemoteTrack) => Stream.Stream<Packet, UnsupportedCodecError>
  /** What completes the file. */
  readonly rest: () => Iterable<Packet>
  /** Called with the first packet, and never twice. */
  readonly open: Effect.Effect<MediaFile>
  /** In milliseconds. */
  readonly times: () => { readonly startsAt: number; readonly duration: number; readonly silence: number }
}

export interface Recording<E> {
  /** Ends with the tracks or when it is stopped, and then the file is complete. */
  readonly bytes: Stream.Stream<Uint8Array>
  /** Why the tracks have failed. */
  readonly failure: () => Cause.Cause<E> | undefined
  readonly times: Medium["times"]
}

/** `mediumOf` returns the medium of a track, or of no track. `stopped`: no packet is taken any more. */
export const make = Effect.fnUntraced(function*<E, R>(
  tracks: Stream.Stream<RemoteTrack, E, R>,
  mediumOf: (track: RemoteTrack | undefined) => Medium,
  stopped: Effect.Effect<void>
): Effect.fn.Return<Recording<E | UnsupportedCodecError>, never, R> {
  const context = yield* Effect.context<R>()
  let file: MediaFile | undefined
  let failure: Cause.Cause<E | UnsupportedCodecError> | undefined

  const opened = Effect.suspend(() =>
    file === undefined
      ? Effect.tap(mediumOf(undefined).open, (opened) => Effect.sync(() => void (file = opened)))
      : Effect.succeed(file)
  )

  const bytes = tracks.pipe(
    Stream.interruptWhen(stopped),
    Stream.flatMap((track) => mediumOf(track).packetsOf({ ...track, rtp: Stream.interruptWhen(track.rtp, stopped) })),
    Stream.catchCause((cause) => {
      failure = cause
      return Stream.empty
    }),
    Stream.concat(Stream.suspend(() => Stream.fromIterable(mediumOf(undefined).rest()))),
    Stream.mapEffect((packet) => Effect.flatMap(opened, (file) => file.add(packet))),
    Stream.concat(Stream.fromEffect(Effect.flatMap(opened, ({ end }) => end))),
    Stream.flattenIterable,
    Stream.buffer({ capacity: mostBuffered }),
    Stream.mapArray((pieces) => [concat(Uint8Array, pieces)] as const),
    Stream.provideContext(context)
  )
  return { bytes, failure: () => failure, times: () => mediumOf(undefined).times() }
})
