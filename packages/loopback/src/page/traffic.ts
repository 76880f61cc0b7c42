/**
 * Receive statistics of each remote track, measured once a second.
 */
import type { Call, ReceiverStats } from "./call.ts"
import { type TrackType, trackTypes } from "./protocol.ts"

export interface TrackTraffic {
  /** A frame was decoded since the track is on its media section. */
  readonly isDecoded: boolean
  /** Packets a second. */
  readonly packetRate: number
  /** 0 to 1. */
  readonly audioLevel: number
}

interface Entry extends TrackTraffic {
  /** Frames that the media section had decoded before this track. */
  readonly framesBefore: number
}

const keyOf = (mid: string, sessionId: string, type: TrackType): string => `${mid} ${sessionId} ${type}`

export const makeTraffic = () => {
  let stats: ReadonlyMap<string, ReceiverStats> = new Map()
  let entries: ReadonlyMap<string, Entry> = new Map()
  let measuredAt = 0

  return {
    get: (mid: string, sessionId: string, type: TrackType): TrackTraffic | undefined =>
      entries.get(keyOf(mid, sessionId, type)),
    reset: (): void => {
      stats = new Map()
      entries = new Map()
    },
    measure: (call: Call, current: ReadonlyMap<string, ReceiverStats>): void => {
      const seconds = (performance.now() - measuredAt) / 1_000
      entries = new Map(
        call.others().flatMap(({ media, sessionId }) =>
          trackTypes.flatMap((type) => {
            const mid = media(type)?.mid ?? ""
            const found = current.get(mid)
            if (!found) return []
            const before = stats.get(mid)
            const key = keyOf(mid, sessionId, type)
            // The counters of a media section continue when another participant gets the section.
            const framesBefore = entries.get(key)?.framesBefore ?? before?.frames ?? 0
            const entry: Entry = {
              framesBefore,
              isDecoded: found.frames > framesBefore,
              packetRate: Math.round((found.packets - (before?.packets ?? found.packets)) / seconds),
              audioLevel: found.audioLevel
            }
            return [[key, entry] as const]
          })
        )
      )
      stats = current
      measuredAt = performance.now()
    }
  }
}
