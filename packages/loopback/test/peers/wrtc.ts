/**
 * The part of `@roamhq/wrtc` that the tests use, with its types. The package's own types need those of a browser's DOM.
 */
import { createRequire } from "node:module"
import type { Picture } from "./measure.ts"

export interface Track {
  readonly id: string
  readonly kind: "audio" | "video"
}

export interface Transceiver {
  readonly mid: string | null
  readonly currentDirection: string | null
  readonly receiver: { readonly track: Track }
  readonly sender: { readonly transport: { readonly state: string } | null }
}

export interface Description {
  readonly type: "offer" | "answer"
  readonly sdp: string
}

export interface Connection {
  readonly connectionState: string
  readonly iceGatheringState: string
  readonly localDescription: Description
  onconnectionstatechange: (() => void) | null
  onicegatheringstatechange: (() => void) | null
  ontrack: ((event: { readonly transceiver: Transceiver; readonly track: Track }) => void) | null
  readonly getTransceivers: () => ReadonlyArray<Transceiver>
  readonly getStats: () => Promise<ReadonlyMap<string, { readonly type: string; readonly packetsReceived?: number }>>
  readonly addTransceiver: (
    track: Track,
    init: { readonly direction: "sendonly"; readonly streams?: ReadonlyArray<object> }
  ) => Transceiver
  readonly createOffer: () => Promise<Description>
  readonly createAnswer: () => Promise<Description>
  readonly setLocalDescription: (description: Description) => Promise<void>
  readonly setRemoteDescription: (description: Description) => Promise<void>
  readonly close: () => void
}

/** 10 ms of audio. */
export interface Sound {
  readonly samples: Int16Array
  readonly sampleRate: number
  readonly bitsPerSample: 16
  readonly channelCount: number
  readonly numberOfFrames: number
}

interface Wrtc {
  readonly RTCPeerConnection: new(
    configuration: { readonly iceServers: ReadonlyArray<never>; readonly bundlePolicy: "max-bundle" }
  ) => Connection
  readonly MediaStream: new(init: { readonly id: string }) => object
  readonly nonstandard: {
    readonly RTCAudioSource: new() => { readonly createTrack: () => Track; readonly onData: (sound: Sound) => void }
    readonly RTCVideoSource: new() => { readonly createTrack: () => Track; readonly onFrame: (frame: Picture) => void }
    readonly RTCAudioSink: new(track: Track) => { ondata: ((sound: Sound) => void) | null }
    readonly RTCVideoSink: new(track: Track) => { onframe: ((event: { readonly frame: Picture }) => void) | null }
  }
}

export const wrtc: Wrtc = createRequire(import.meta.url)("@roamhq/wrtc")

/** Returns the local description with all candidates. */
export const setLocal = async (connection: Connection, description: Description): Promise<string> => {
  const gathered = new Promise<void>((resolve) => {
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === "complete") resolve()
    }
  })
  await connection.setLocalDescription(description)
  // Without a section that has a port nothing is gathered.
  const hasTransport = /^m=\w+ [1-9]/m.test(connection.localDescription.sdp)
  if (hasTransport && connection.iceGatheringState !== "complete") await gathered
  return connection.localDescription.sdp
}
