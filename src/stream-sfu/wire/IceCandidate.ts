/**
 * ICE candidates in the JSON form that the protocol puts into a string (SFU protocol, section 9).
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { IceCandidate } from "../../edge/PeerConnection.ts"

const nullish = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

const CandidateJson = Schema.fromJsonString(Schema.Struct({
  candidate: Schema.String,
  sdpMid: nullish(Schema.String),
  sdpMLineIndex: nullish(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
  usernameFragment: nullish(Schema.String)
}))

const decodeJson = Schema.decodeUnknownResult(CandidateJson)

/** `undefined` if the text is not a candidate. Fields that are null are left out. */
export const decode = (json: unknown): IceCandidate | undefined => {
  const decoded = decodeJson(json)
  if (Result.isFailure(decoded)) return undefined
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = decoded.success
  return {
    candidate,
    ...(typeof sdpMid === "string" ? { sdpMid } : {}),
    ...(typeof sdpMLineIndex === "number" ? { sdpMLineIndex } : {}),
    ...(typeof usernameFragment === "string" ? { usernameFragment } : {})
  }
}

export const encode: (candidate: IceCandidate) => string = Schema.encodeSync(CandidateJson)
