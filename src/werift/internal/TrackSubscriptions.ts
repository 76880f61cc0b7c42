/**
 * Subscriptions to the packets of werift's remote tracks.
 *
 * One werift track object serves an m-line for its whole life, and a new SSRC comes out of another track object (H3).
 * So the tracks are only the places where packets come out; the mid of the transceiver names the m-line.
 */
import type { MediaStreamTrack, RTCRtpTransceiver, RtpPacket } from "werift"

export interface TrackSubscriptions {
  readonly add: (track: MediaStreamTrack, transceiver: RTCRtpTransceiver) => void
  /** Subscribes to these tracks and unsubscribes from every other. */
  readonly replace: (tracks: ReadonlyMap<MediaStreamTrack, RTCRtpTransceiver>) => void
}

export const make = (onPacket: (mid: string, packet: RtpPacket) => void): TrackSubscriptions => {
  const subscriptions = new Map<MediaStreamTrack, () => void>()

  const add: TrackSubscriptions["add"] = (track, transceiver) => {
    if (subscriptions.has(track)) return
    const { unSubscribe } = track.onReceiveRtp.subscribe((packet) => onPacket(transceiver.mid ?? "", packet))
    subscriptions.set(track, unSubscribe)
  }

  return {
    add,
    replace: (tracks) => {
      for (const [track, unsubscribe] of subscriptions) {
        if (tracks.has(track)) continue
        unsubscribe()
        subscriptions.delete(track)
      }
      for (const [track, transceiver] of tracks) add(track, transceiver)
    }
  }
}
