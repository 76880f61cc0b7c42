/**
 * The types and constants of the SFU's protocol that the page needs.
 */
import { stream } from "sfu"

const { models } = stream.video.sfu

export const { PeerType, TrackUnpublishReason, CallEndedReason } = models

export const Strategy = {
  disconnect: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT,
  fast: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_FAST,
  rejoin: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_REJOIN,
  migrate: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_MIGRATE
}

export type SfuEvent = stream.video.sfu.event.SfuEvent.$Properties
export type JoinRequest = stream.video.sfu.event.JoinRequest.$Properties
export type JoinResponse = stream.video.sfu.event.JoinResponse.$Properties
export type SfuRequest = stream.video.sfu.event.SfuRequest.$Properties
export type WireParticipant = stream.video.sfu.models.Participant.$Properties

export type TrackType = "Audio" | "Video" | "ScreenShare" | "ScreenShareAudio"

export const trackTypes: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]

export const kindOf = (type: TrackType): "audio" | "video" =>
  type === "Audio" || type === "ScreenShareAudio" ? "audio" : "video"

export const wireTypeOf = (type: TrackType): stream.video.sfu.models.TrackType => trackTypes.indexOf(type) + 1

export const trackTypeOf = (wireType: number | null | undefined): TrackType | undefined =>
  trackTypes[(wireType ?? 0) - 1]

/** Address and token of the SFU, from the coordinator. */
export interface Credentials {
  readonly token: string
  /** The root of the SFU's Twirp service. */
  readonly url: string
  readonly webSocketUrl: string
  readonly edgeName: string
}

/** The SFU or the coordinator refused, or did not answer. */
export class Refused extends Error {
  readonly shouldRetry: boolean
  /** The SFU's own number; 0 if it gave none. */
  readonly code: number

  constructor(message: string, shouldRetry: boolean, code = 0) {
    super(message)
    this.shouldRetry = shouldRetry
    this.code = code
  }
}

/** Milliseconds. */
export const requestTimeout = 5_000
