/**
 * A receiver that is werift alone, as the measure of this library.
 */
import { RTCPeerConnection, useOPUS, useSdesMid, useVP8 } from "werift"
import * as SrtpKeys from "../src/werift/internal/SrtpKeys.ts"
import { onLoopback } from "../test/support/onLoopback.ts"

export const open = () => {
  const connection = new RTCPeerConnection({
    ...onLoopback,
    codecs: { audio: [useOPUS()], video: [useVP8()] },
    headerExtensions: { audio: [useSdesMid()], video: [useSdesMid()] }
  })
  let received = 0
  connection.onTrack.subscribe((track) => void track.onReceiveRtp.subscribe(() => void received++))
  return {
    connection,
    received: () => received,
    answer: async (offer: string): Promise<string> => {
      await connection.setRemoteDescription({ type: "offer", sdp: offer })
      const answer = await connection.createAnswer()
      for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
      await connection.setLocalDescription(answer)
      return connection.localDescription!.sdp
    }
  }
}

/** Of a connected one: the keys of SRTP as objects. */
export const importKeys = ({ dtlsTransports }: RTCPeerConnection): void => {
  const { srtcp, srtp } = dtlsTransports[0]!
  for (const session of [srtp, srtcp]) SrtpKeys.importOnce(session)
}
