/**
 * Replaces the ids of participants and tracks in a trace. Equal ids get equal pseudonyms. Without the key, no id can be
 * computed from its pseudonym.
 *
 * A keyed hash, because user ids can be guessed and a plain hash of a guess can be compared. WebCrypto has HMAC on every
 * platform, but asynchronously, so a step cannot use it.
 */
import type * as CryptoError from "effect/crypto/CryptoError"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { IncomingTrack, Participant } from "../../Track.ts"
import type { Command } from "./Protocol.ts"

/** Pseudonyms to remember. After that the memory is cleared; hashing an id again gives the same pseudonym. */
const capacity = 10_000

/** Of the hash, in a pseudonym. */
const bytes = 12

const utf8 = new TextEncoder()

const withMac = Effect.fnUntraced(function*(salt: Redacted.Redacted | undefined) {
  const mac = yield* Mac.Mac
  const key = yield* salt === undefined
    ? mac.generateKey(Mac.hmacSha256)
    : Mac.key(Mac.hmacSha256, utf8.encode(Redacted.value(salt)))
  const remembered = new Map<string, string>()

  const pseudonym = (prefix: "user" | "session" | "track", id: string) =>
    Effect.suspend(() => {
      const text = `${prefix}-${id}`
      const earlier = remembered.get(text)
      return earlier !== undefined ? Effect.succeed(earlier) : Effect.map(mac.sign(key, utf8.encode(text)), (hash) => {
        const name = `${prefix}-${Base64Url.encode(hash.subarray(0, bytes))}`
        if (remembered.size >= capacity) remembered.clear()
        remembered.set(text, name)
        return name
      })
    })

  const participant = <P extends Participant>(original: P) =>
    Effect.map(
      Effect.all([pseudonym("user", original.userId), pseudonym("session", original.sessionId)]),
      ([userId, sessionId]): P => ({ ...original, userId, sessionId })
    )

  const track = (original: IncomingTrack) =>
    Effect.map(
      Effect.all([
        pseudonym("track", original.trackId),
        original.participant === undefined ? Effect.undefined : participant(original.participant)
      ]),
      ([trackId, participant]): IncomingTrack => ({ ...original, trackId, participant })
    )

  return (command: Command): Effect.Effect<Command, CryptoError.CryptoError> => {
    switch (command._tag) {
      case "Register":
        return Effect.map(track(command.track), (track) => ({ ...command, track }))
      case "Resolve":
      case "Acquire":
      case "Abandon":
      case "Unpublish":
        return Effect.map(participant(command.key), (key) => ({ ...command, key }))
      case "Cancel":
        return Effect.map(participant(command.participant), (participant) => ({ ...command, participant }))
      case "Retire":
        return Effect.map(pseudonym("track", command.trackId), (trackId) => ({ ...command, trackId }))
      case "Expire":
        return Effect.succeed(command)
    }
  }
})

/** Without a salt, the key is random and not kept. */
export const make = (salt: Redacted.Redacted | undefined) =>
  Effect.provide(withMac(salt), Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto)))
