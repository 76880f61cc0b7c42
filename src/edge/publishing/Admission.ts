/**
 * Whether a track may be published, and with which codec. Pure.
 */
import type { TrackKind, TrackType } from "../../Track.ts"
import { kindOf } from "../../Track.ts"
import type { PublishError } from "../LocalPublication.ts"
import type { RtpCodec } from "../PeerConnection.ts"
import type { Grants, PublishOption, SfuSession } from "../SfuClient.ts"
import { isGranted } from "../SfuClient.ts"

/** What the SFU allows, as last reported. */
export interface Permissions {
  /** `undefined` if the SFU has not reported any: then every track type is allowed. */
  readonly grants: Grants | undefined
  /** Empty if the SFU has not reported any: then every track type is offered. */
  readonly publishOptions: ReadonlyArray<PublishOption>
}

export const noPermissions: Permissions = { grants: undefined, publishOptions: [] }

/** The permissions of a session on its first socket. */
export const permissionsOf = ({ grants, publishOptions }: SfuSession): Permissions => ({ grants, publishOptions })

/**
 * The permissions of the same session on another socket. A field that is absent from its join response has not changed.
 */
export const resumePermissions = (permissions: Permissions, { grants, publishOptions }: SfuSession): Permissions => ({
  grants: grants ?? permissions.grants,
  publishOptions: publishOptions.length > 0 ? publishOptions : permissions.publishOptions
})

export interface Admission {
  readonly codec: RtpCodec
  readonly publishOptionId?: number | undefined
}

/** The reasons for which a track is not admitted. */
export type Rejection = Extract<PublishError["reason"], "NotAllowed" | "NotOffered">

/** The codecs that can be sent. The first of each kind is the default. */
const sendable: { readonly [kind in TrackKind]: readonly [RtpCodec, ...ReadonlyArray<RtpCodec>] } = {
  audio: [{ name: "opus", clockRate: 48_000, channels: 2 }],
  video: [{ name: "VP8", clockRate: 90_000 }, { name: "VP9", clockRate: 90_000 }]
}

/**
 * The codec of an option is a preference of the SFU. A requested codec has priority over that preference, because the
 * media is already encoded.
 */
export const admit = (
  { codec, trackType }: { readonly trackType: TrackType; readonly codec: RtpCodec | undefined },
  { grants, publishOptions }: Permissions
): Admission | Rejection => {
  if (grants !== undefined && !isGranted(grants, trackType)) return "NotAllowed"
  const options = publishOptions.filter((option) => option.trackType === trackType)
  if (publishOptions.length > 0 && options.length === 0) return "NotOffered"
  const codecs = codec === undefined ? sendable[kindOf(trackType)] : [codec]
  for (const option of options) {
    const chosen = codecs.find((one) => option.codec !== undefined && isSameCodec(one, option.codec))
    if (chosen !== undefined) return { codec: chosen, publishOptionId: option.id }
  }
  return { codec: codecs[0]!, publishOptionId: options[0]?.id }
}

const isSameCodec = (one: RtpCodec, other: RtpCodec): boolean => one.name.toLowerCase() === other.name.toLowerCase()
