/**
 * What may be published, and how the SFU would like it. Pure.
 */
import type { TrackKind, TrackType } from "../../Track.ts"
import { kindOf } from "../../Track.ts"
import type { PublishError } from "../LocalPublication.ts"
import type { RtpCodec } from "../PeerConnection.ts"
import type { Grants, PublishOption } from "../SfuClient.ts"
import { isGranted } from "../SfuClient.ts"

/** The first of each kind is what is sent where nobody has a wish. */
const sendable: { readonly [kind in TrackKind]: readonly [RtpCodec, ...ReadonlyArray<RtpCodec>] } = {
  audio: [{ name: "opus", clockRate: 48_000, channels: 2 }],
  video: [{ name: "VP8", clockRate: 90_000 }, { name: "VP9", clockRate: 90_000 }]
}

export interface Admission {
  readonly codec: RtpCodec
  readonly publishOptionId?: number | undefined
}

/** An SFU that sends no options offers everything. What it says of codecs is a wish: media has the one that it has. */
export const admit = (
  { codec, trackType }: { readonly trackType: TrackType; readonly codec: RtpCodec | undefined },
  grants: Grants | undefined,
  options: ReadonlyArray<PublishOption>
): Admission | Extract<PublishError["reason"], "NotAllowed" | "NotOffered"> => {
  if (grants !== undefined && !isGranted(grants, trackType)) return "NotAllowed"
  const fitting = options.filter((option) => option.trackType === trackType)
  if (options.length > 0 && fitting.length === 0) return "NotOffered"
  const choices = codec === undefined ? sendable[kindOf(trackType)] : [codec]
  for (const option of fitting) {
    const chosen = choices.find((choice) => option.codec !== undefined && isSame(choice, option.codec))
    if (chosen !== undefined) return { codec: chosen, publishOptionId: option.id }
  }
  return { codec: choices[0]!, publishOptionId: fitting[0]?.id }
}

const isSame = (one: RtpCodec, other: RtpCodec): boolean => one.name.toLowerCase() === other.name.toLowerCase()
