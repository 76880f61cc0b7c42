/**
 * Other names for everybody in a trace: equal ones for equal ids, and none that could be taken back without the key.
 *
 * A keyed hash and not a plain one, because user ids can be guessed and tried. WebCrypto has it everywhere and
 * asynchronously, so this has no place in a step.
 */
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { IncomingTrack, Participant } from "../../Track.ts"
import type * as Correlation from "../Correlation.ts"

interface Entry {
  readonly at: number
  readonly command: Correlation.Command
}

/** With so many names remembered it begins to forget. Hashing one again gives the same. */
const capacity = 10_000

const bytes = 12

const utf8 = new TextEncoder()

const withMac = Effect.fnUntraced(function*(salt: Redacted.Redacted | undefined) {
  const mac = yield* Mac.Mac
  const key = yield* salt === undefined
    ? mac.generateKey(Mac.hmacSha256)
    : Mac.key(Mac.hmacSha256, utf8.encode(Redacted.value(salt)))
  const known = new Map<string, string>()

  const name = (what: "user" | "session" | "track", id: string) =>
    Effect.suspend(() => {
      const said = `${what}-${id}`
      const other = known.get(said)
      return other !== undefined ? Effect.succeed(other) : Effect.map(mac.sign(key, utf8.encode(said)), (hash) => {
        const other = `${what}-${Base64Url.encode(hash.subarray(0, bytes))}`
        if (known.size >= capacity) known.clear()
        known.set(said, other)
        return other
      })
    })

  const person = <P extends Participant>(participant: P) =>
    Effect.map(
      Effect.all([name("user", participant.userId), name("session", participant.sessionId)]),
      ([userId, sessionId]): P => ({ ...participant, userId, sessionId })
    )

  const track = ({ participant, trackId, ...said }: IncomingTrack) =>
    Effect.map(
      Effect.all([name("track", trackId), participant === undefined ? Effect.undefined : person(participant)]),
      ([trackId, participant]): IncomingTrack => ({ ...said, trackId, participant })
    )

  const command = (command: Correlation.Command) => {
    switch (command._tag) {
      case "Register":
        return Effect.map(track(command.track), (track): Correlation.Command => ({ ...command, track }))
      case "Resolve":
      case "Claim":
      case "GiveUp":
      case "Unpublish":
        return Effect.map(person(command.key), (key): Correlation.Command => ({ ...command, key }))
      case "Cancel":
        return Effect.map(
          person(command.participant),
          (participant): Correlation.Command => ({ ...command, participant })
        )
      case "Retire":
        return Effect.map(name("track", command.trackId), (trackId): Correlation.Command => ({ ...command, trackId }))
      case "Expire":
        return Effect.succeed<Correlation.Command>(command)
    }
  }

  return (entry: Entry) => Effect.map(command(entry.command), (command): Entry => ({ ...entry, command }))
})

/** Without a salt there is a random one, which nobody ever learns. */
export const make = (salt: Redacted.Redacted | undefined) =>
  Effect.provide(withMac(salt), Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto)))
