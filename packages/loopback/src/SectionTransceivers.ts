/**
 * werift's transceivers, one for each media section: applies the sections of the next offer to them.
 */
import { KeyFrameFeedback, PerTransport } from "effect-track-resolver/werift/unstable"
import type { Peer } from "effect-track-resolver/werift/unstable"
import { randomInt, randomUUID } from "node:crypto"
import type { RtcpPacket, RTCRtpSender, RTCRtpTransceiver } from "werift"
import { MediaStream, MediaStreamTrack } from "werift"
import type { DownTrack, MediaSection, MediaSections } from "./MediaSections.ts"
import type { Settings } from "./Settings.ts"

type WeriftConnection = Peer.Peer["connection"]

export interface SectionTransceivers {
  /** Call directly before an offer is created. */
  readonly apply: (connection: WeriftConnection, change: {
    readonly before: MediaSections
    readonly sections: MediaSections
    readonly answered: MediaSections
  }) => void
  /** The next offer contains the new SSRC. */
  readonly changeSsrc: (connection: WeriftConnection, section: MediaSection) => void
  readonly of: (section: MediaSection) => RTCRtpTransceiver | undefined
}

/** werift declares these fields read-only. At run time they are plain fields. */
type SenderFields = { trackId: string; ssrc: number }

const rename = (sender: RTCRtpSender, track: DownTrack): void => {
  sender.streamIds = [track.streamId]
  const fields: SenderFields = sender
  fields.trackId = randomUUID()
}

const changeSsrc = (connection: WeriftConnection, sender: RTCRtpSender): void => {
  const fields: SenderFields = sender
  fields.ssrc = randomInt(1, 2 ** 32)
  connection["router"].registerRtpSender(sender)
}

/** `onKeyFrameRequest` receives the id of the section for which the subscriber requests a key frame. */
export const make = (
  settings: () => Settings,
  onKeyFrameRequest: (sectionId: number) => void
): SectionTransceivers => {
  const transceivers = new Map<number, RTCRtpTransceiver>()

  /**
   * By the media SSRC (RFC 4585, section 6.1). werift routes a PLI by its sender SSRC first: on a `sendrecv` section that
   * is a receiver of its own, and the request is lost.
   */
  const onRtcp = (packet: RtcpPacket): void => {
    for (const ssrc of KeyFrameFeedback.requestedSsrcs(packet)) {
      for (const [id, { sender }] of transceivers) if (sender.ssrc === ssrc) onKeyFrameRequest(id)
    }
  }
  const transports = PerTransport.make((transport) => transport.onRtcp.subscribe(onRtcp).unSubscribe)

  const add = (connection: WeriftConnection, { id, kind }: MediaSection, track: DownTrack): void => {
    const transceiver = connection.addTransceiver(new MediaStreamTrack({ kind }), {
      direction: settings().sectionDirection,
      streams: [new MediaStream({ id: track.streamId })]
    })
    transceivers.set(id, transceiver)
  }

  const applyOne = (
    connection: WeriftConnection,
    before: MediaSection | undefined,
    section: MediaSection,
    isAnswered: boolean
  ): void => {
    const { reuseSsrc, sectionDirection } = settings()
    const known = transceivers.get(section.id)
    if (before !== undefined && before.track === section.track && before.stopped === section.stopped) return
    // An offer must contain every section, but werift omits a stopped transceiver that was never answered.
    if (section.stopped && isAnswered) return known?.stop()
    if (section.track === undefined) return known?.setDirection("inactive")
    if (known === undefined || before?.stopped === true) return add(connection, section, section.track)
    rename(known.sender, section.track)
    const isReused = before?.track !== undefined || before?.retired === true
    if (reuseSsrc === "new" && isReused) changeSsrc(connection, known.sender)
    known.setDirection(sectionDirection)
  }

  return {
    apply: (connection, { answered, before, sections }) => {
      for (const section of sections) {
        applyOne(connection, before[section.id], section, answered[section.id] !== undefined)
      }
      transports.update(connection)
    },
    changeSsrc: (connection, { id }) => {
      const transceiver = transceivers.get(id)
      if (transceiver !== undefined) changeSsrc(connection, transceiver.sender)
    },
    of: ({ id }) => transceivers.get(id)
  }
}
