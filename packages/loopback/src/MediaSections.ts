/**
 * The media sections of one subscriber's connection: which publication each carries, and what the next offer contains.
 * Pure.
 *
 * A media section is never removed from the SDP: it is assigned to another publication, or it is inactive. So a client
 * cannot identify a track by its section alone.
 */
import type { TrackKey, TrackKind } from "effect-track-resolver"
import type { Subscription } from "./Room.ts"
import type { Settings } from "./Settings.ts"
import * as Wire from "./Wire.ts"

/** A publication as a media section carries it. */
export interface DownTrack {
  readonly publicationId: string
  readonly key: TrackKey
  readonly prefix: string
  /** `<prefix>:<track type>:<random>`: the msid of the section. */
  readonly streamId: string
}

export interface MediaSection {
  readonly id: number
  readonly kind: TrackKind
  readonly track: DownTrack | undefined
  /** No subscription needs the publication of this section. */
  readonly retired: boolean
  /** The publication has moved to another section, and does not return to this one. */
  readonly superseded: boolean
  /** Port 0 from the next offer on. */
  readonly stopped: boolean
}

export type MediaSections = ReadonlyArray<MediaSection>

/** Publication ids that a test assigns to sections, by section id. They precede the rules of `plan`. */
export type Assignments = ReadonlyMap<number, string>

const rank = ({ retired, superseded }: MediaSection): number => Number(retired) + Number(superseded)

const byRetirement = (one: MediaSection, other: MediaSection): number => rank(one) - rank(other)

const retire = (section: MediaSection, { retiredSection }: Settings): MediaSection => {
  if (section.track === undefined || section.stopped) return section
  switch (retiredSection) {
    case "inactive":
      return { ...section, track: undefined, retired: true }
    case "stays":
      return { ...section, retired: true }
    case "stopped":
      return { ...section, track: undefined, retired: true, stopped: true }
  }
}

const carrying = (section: MediaSection, track: DownTrack): MediaSection => ({
  ...section,
  track,
  retired: false,
  superseded: false
})

/**
 * Whether a section without a needed publication may get another one. `before` is the same section as last answered.
 */
const isFree = (section: MediaSection, before: MediaSection | undefined, { reuseSection }: Settings): boolean => {
  // Once port 0 is negotiated, JSEP reuses the position in the SDP for a new section with a new mid (RFC 8829, 5.2.2).
  if (section.stopped && before?.stopped === true) return true
  switch (reuseSection) {
    case "never":
      return false
    case "afterInactive":
      return section.track === undefined && !section.stopped && before?.track === undefined
    case "live":
      return section.retired
  }
}

/**
 * The sections of the next offer; the same array, if nothing changes. `makeSuffix` returns the last part of a stream id,
 * which has no meaning.
 */
export const plan = (
  sections: MediaSections,
  subscriptions: ReadonlyArray<Subscription>,
  settings: Settings,
  makeSuffix: () => string,
  assignments: Assignments = new Map()
): MediaSections => {
  const needed = new Map(subscriptions.map((subscription) => [subscription.publicationId, subscription]))
  const trackOf = ({ key, prefix, publicationId }: Subscription): DownTrack => ({
    publicationId,
    key,
    prefix,
    streamId: `${prefix}:${Wire.wireNameOf(key.trackType)}:${makeSuffix()}`
  })

  const carried = new Set<string>()
  const next: Array<MediaSection> = sections.map((section) => {
    const assigned = needed.get(assignments.get(section.id) ?? "")
    if (assigned === undefined || assigned.kind !== section.kind || section.stopped) return section
    carried.add(assigned.publicationId)
    return section.track?.publicationId === assigned.publicationId && !section.retired
      ? section
      : carrying(section, trackOf(assigned))
  })
  // If two sections carry one publication, the retired section comes second and loses it.
  for (const section of next.toSorted(byRetirement)) {
    const index = next.indexOf(section)
    if (section !== sections[index] || section.track === undefined) continue
    const subscription = needed.get(section.track.publicationId)
    if (subscription === undefined) {
      next[index] = section.retired ? section : retire(section, settings)
    } else if (
      carried.has(subscription.publicationId) && assignments.get(section.id) !== subscription.publicationId
    ) {
      const retired = section.retired ? section : retire(section, settings)
      next[index] = retired.superseded ? retired : { ...retired, superseded: true }
    } else {
      carried.add(subscription.publicationId)
      if (section.track.prefix !== subscription.prefix) next[index] = carrying(section, trackOf(subscription))
      else if (section.retired) next[index] = { ...section, retired: false, superseded: false }
    }
  }

  for (const subscription of subscriptions.filter(({ publicationId }) => !carried.has(publicationId))) {
    const index = next.findIndex((section, index) =>
      section.kind === subscription.kind && isFree(section, sections[index], settings)
    )
    const free = next[index] ??
      {
        id: next.length,
        kind: subscription.kind,
        track: undefined,
        retired: false,
        superseded: false,
        stopped: false
      }
    next[free.id] = { ...carrying(free, trackOf(subscription)), stopped: false }
  }
  return next.length === sections.length && next.every((section, index) => section === sections[index])
    ? sections
    : next
}

/**
 * The sections with those of `ids` stopped, as the only change. Their publications get other sections by the next `plan`
 * after the answer.
 */
export const stop = (sections: MediaSections, ids: ReadonlySet<number>): MediaSections => {
  const next = sections.map((section) =>
    ids.has(section.id) && !section.stopped
      ? { ...section, track: undefined, retired: true, stopped: true }
      : section
  )
  return next.every((section, index) => section === sections[index]) ? sections : next
}

/** Whether the change from `before` to `after` needs an offer. */
export const needsOffer = (before: MediaSections, after: MediaSections): boolean =>
  after.some((section, index) =>
    section.track !== before[index]?.track || section.stopped !== (before[index]?.stopped ?? false)
  )

/**
 * A section of the offer in flight that carried nothing when the client last answered, so no client can attribute its
 * packets to another publication.
 */
const isNew = (section: MediaSection, answered: MediaSections): boolean =>
  section.track !== undefined && answered[section.id]?.track === undefined

/**
 * The sections that packets may be sent on, by publication id: those that carry the same track in the answered sections
 * and in the offer in flight. So a client never receives a packet under the stream id of another publication. With
 * `onceOffered` also the new sections of the offer in flight.
 */
export const sendable = (
  answered: MediaSections,
  offered: MediaSections | undefined,
  { mediaStarts }: Pick<Settings, "mediaStarts">
): ReadonlyMap<string, MediaSection> => {
  const early = mediaStarts === "onceOffered" ? offered?.filter((section) => isNew(section, answered)) ?? [] : []
  return new Map([
    ...early.map((section) => [section.track!.publicationId, section] as const),
    // If two sections carry one publication, the last section wins.
    ...answered.toSorted((one, other) => byRetirement(other, one)).flatMap(
      (section): ReadonlyArray<readonly [string, MediaSection]> => {
        const next = offered === undefined ? section : offered[section.id]
        return section.track !== undefined && next?.track === section.track
          ? [[section.track.publicationId, section]]
          : []
      }
    )
  ])
}
