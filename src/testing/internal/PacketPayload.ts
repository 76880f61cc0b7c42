/**
 * The payload of a simulated packet: the track key of the publication that sends it.
 */
import type { TrackKey } from "../../Track.ts"

export const encode = ({ sessionId, trackType, userId }: TrackKey): Uint8Array =>
  new TextEncoder().encode(JSON.stringify([userId, sessionId, trackType]))

export const decode = (payload: Uint8Array): TrackKey => {
  const [userId, sessionId, trackType] = JSON.parse(new TextDecoder().decode(payload))
  return { userId, sessionId, trackType }
}
