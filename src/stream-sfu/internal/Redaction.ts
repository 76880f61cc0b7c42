/**
 * Removes our secrets from what a peer sends: an SFU or a coordinator may echo the token that it received.
 *
 * The rule: what comes in is masked where it comes in, before anything else of the library sees it. So neither the edge, nor
 * the peer connections, nor the application gets a secret in an id, an SDP or a candidate, and no log line, error, span or
 * trace can contain one. A peer that disguises the secret, for example reversed, is not noticed: it has the secret anyway.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import * as PeerText from "../../internal/PeerText.ts"

export interface Redact {
  /** A sentence for an error or a log line: masked, its lines joined, and quoted by `PeerText`. */
  readonly text: (text: string) => string
  /** Data, such as an event: every text in it is masked, and nothing else is changed. */
  readonly data: <A>(value: A) => A
}

const mask = "<redacted>"

/**
 * The part of a secret that is masked, in characters: an SFU may shorten what it quotes. A secret that is shorter may be an
 * ordinary word, so it stays in data.
 */
const shortestPart = 16

/** Half of it: then each part in a text contains the characters from some multiple of this number to the next one. */
const step = shortestPart / 2

/** Of a repetitive secret, the places at which a part may begin that are tried. */
const placesTried = 4

/** A text that is longer is cut before it is searched, because only its beginning is shown. */
const longestText = 4_096

/** The forms in which a peer receives a secret, and so may echo it: in a URL, in a header, in a JSON body. */
const encodings = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret.toWellFormed()),
  Base64.encode(secret).replace(/=+$/, ""),
  Base64Url.encode(secret),
  JSON.stringify(secret).slice(1, -1)
]

interface Place {
  readonly form: string
  readonly index: number
}

/** The places of the forms at which each sequence of `step` characters begins. */
const placesOf = (forms: ReadonlyArray<string>): ReadonlyMap<string, ReadonlyArray<Place>> => {
  const places = new Map<string, Array<Place>>()
  for (const form of forms) {
    for (let index = 0; index + step <= form.length; index++) {
      const sequence = form.slice(index, index + step)
      const known = places.get(sequence)
      if (known === undefined) places.set(sequence, [{ form, index }])
      else if (known.length < placesTried) known.push({ form, index })
    }
  }
  return places
}

/** The text around `at` that also stands around this place of a form. */
const commonPart = (text: string, at: number, { form, index }: Place): readonly [from: number, to: number] => {
  let before = 0
  while (before < at && before < index && text[at - before - 1] === form[index - before - 1]) before++
  let after = 0
  while (at + after < text.length && index + after < form.length && text[at + after] === form[index + after]) after++
  return [at - before, at + after]
}

/** 16 bits of four characters, for a table: most places of a text are ruled out without a look at a map. */
const hashOf = (text: string, at: number): number =>
  (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 3) ^ (text.charCodeAt(at + 2) << 6)
    ^ (text.charCodeAt(at + 3) << 9)) & 0xffff

/** Masks parts of the forms with at least `shortestPart` characters. Looks at each `step`-th place of the text. */
const maskParts = (forms: ReadonlyArray<string>): (text: string) => string => {
  const places = placesOf(forms)
  const isPossible = new Uint8Array(0x1_0000)
  for (const sequence of places.keys()) isPossible[hashOf(sequence, 0)] = 1
  return (text) => {
    let masked = ""
    let done = 0
    for (let at = 0; at + step <= text.length; at += step) {
      if (at < done || isPossible[hashOf(text, at)] === 0) continue
      const parts = (places.get(text.slice(at, at + step)) ?? []).map((place) => commonPart(text, at, place))
      const [from, to] = parts.reduce((longest, part) => part[1] - part[0] > longest[1] - longest[0] ? part : longest, [
        0,
        0
      ])
      if (to - from < shortestPart) continue
      masked += text.slice(done, Math.max(done, from)) + mask
      done = to
    }
    return done === 0 ? text : masked + text.slice(done)
  }
}

/**
 * Applies `change` to every text; in the custom data of a participant also to the names of fields, which a peer chooses there.
 * Returns the same object if no text changes.
 */
const mapTexts = (value: unknown, change: (text: string) => string, isCustom = false): unknown => {
  if (typeof value === "string") return change(value)
  if (Array.isArray(value)) {
    const elements = value.map((element: unknown) => mapTexts(element, change, isCustom))
    return elements.some((element, n) => element !== value[n]) ? elements : value
  }
  if (typeof value !== "object" || value === null || Redacted.isRedacted(value)) return value
  const before = Object.entries(value)
  const after = before.map(([name, field]) =>
    [isCustom ? change(name) : name, mapTexts(field, change, isCustom || name === "custom")] as const
  )
  const isSame = after.every(([name, field], n) => name === before[n]![0] && field === before[n]![1])
  return isSame ? value : Object.fromEntries(after)
}

export const make = (...secrets: ReadonlyArray<Redacted.Redacted>): Redact => {
  const encoded = new Set(secrets.map(Redacted.value).filter((secret) => secret !== "").flatMap(encodings))
  // Longest first: a secret may contain another one, and the rest of it has to be removed as well.
  const forms = Array.from(encoded).toSorted((a, b) => b.length - a.length)
  const maskData = maskParts(forms)
  return {
    text: (text) => {
      // Whole secrets of any length, too.
      const masked = forms.reduce((rest, form) => rest.replaceAll(form, mask), maskData(text.slice(0, longestText)))
      return PeerText.quote(masked.replace(/[\t\n\v\f\r]+/g, " "))
    },
    data: <A>(value: A) => mapTexts(value, maskData) as A
  }
}
