/**
 * Checks the request of a publication before anything is sent. A wrong request is a mistake in the calling program.
 */
import * as Arguments from "../../internal/Arguments.ts"
import { TrackType } from "../../Track.ts"
import type { PublishRequest } from "../LocalPublication.ts"
import type { RtpCodec } from "../PeerConnection.ts"

const service = "StreamEdge.publish"
const args = Arguments.forService(service)

const trackTypes: ReadonlyArray<TrackType> = TrackType.literals

/** Throws a `TypeError` that names the wrong argument. */
export const check = <E, R>(request: PublishRequest<E, R>): PublishRequest<E, R> => {
  const { codec, dimension, media, trackType } = args.object("the request", request)
  args.choice("trackType", trackTypes, trackType)
  args.stream("media", media)
  Arguments.optional(checkCodec)("codec", codec)
  Arguments.optional(args.size)("dimension", dimension)
  return request
}

const checkCodec = (argument: string, codec: RtpCodec): void => {
  const { channels, clockRate, name } = args.object(argument, codec)
  args.nonEmpty(`${argument}.name`, name)
  checkPositive(`${argument}.clockRate`, clockRate)
  Arguments.optional(checkPositive)(`${argument}.channels`, channels)
}

const checkPositive = (argument: string, value: number): void => {
  if (!Number.isInteger(value) || value <= 0) throw Arguments.error(service, argument, "a positive integer", value)
}
