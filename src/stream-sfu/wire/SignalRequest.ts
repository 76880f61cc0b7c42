/**
 * Encodes the frames that a client sends on the WebSocket. Pure.
 */
import * as Redacted from "effect/Redacted"
import type { GenericSdps } from "../../edge/PeerConnection.ts"
import type { Reconnection } from "../../edge/SfuClient.ts"
import { stream } from "../generated/sfu.js"
import * as EnumName from "./EnumName.ts"
import * as TrackDetails from "./TrackDetails.ts"

const { event, models } = stream.video.sfu

const encode = (payload: stream.video.sfu.event.SfuRequest.$Properties): Uint8Array =>
  event.SfuRequest.encode(payload).finish()

const reconnectDetails = (reconnection: Reconnection): stream.video.sfu.event.ReconnectDetails.$Properties => ({
  strategy: EnumName.reconnectStrategyNumber(reconnection.strategy),
  announcedTracks: reconnection.announcedTracks.map(TrackDetails.trackInfo),
  subscriptions: reconnection.subscriptions.map(TrackDetails.subscription),
  reconnectAttempt: reconnection.attempt,
  ...(reconnection.fromSfuId === undefined ? {} : { fromSfuId: reconnection.fromSfuId }),
  ...(reconnection.previousSessionId === undefined ? {} : { previousSessionId: reconnection.previousSessionId }),
  reason: reconnection.reason
})

/**
 * The first frame of a socket (SFU protocol, section 5.1).
 *
 * With the capability `SUBSCRIBER_VIDEO_PAUSE` the SFU may pause video for our bandwidth, and reports it (section 10). The SDK
 * type is unspecified, because the SFU restricts the codecs of some types (section 2.4).
 */
export const joinRequest = (options: {
  readonly token: Redacted.Redacted
  readonly sessionId: string
  readonly unifiedSessionId?: string | undefined
  readonly genericSdps: GenericSdps
  readonly reconnection?: Reconnection | undefined
}): Uint8Array =>
  encode({
    joinRequest: {
      token: Redacted.value(options.token),
      sessionId: options.sessionId,
      unifiedSessionId: options.unifiedSessionId ?? options.sessionId,
      subscriberSdp: options.genericSdps.subscriberSdp,
      publisherSdp: options.genericSdps.publisherSdp,
      clientDetails: { sdk: { type: models.SdkType.SDK_TYPE_UNSPECIFIED } },
      capabilities: [models.ClientCapability.CLIENT_CAPABILITY_SUBSCRIBER_VIDEO_PAUSE],
      ...(options.reconnection === undefined ? {} : { reconnectDetails: reconnectDetails(options.reconnection) }),
      // Deprecated, but older SFUs still read it.
      ...(options.reconnection?.strategy === "Fast" ? { fastReconnect: true } : {})
    }
  })

export const healthCheckRequest = (): Uint8Array => encode({ healthCheckRequest: {} })

export const leaveCallRequest = (options: { readonly sessionId: string; readonly reason: string }): Uint8Array =>
  encode({ leaveCallRequest: options })
