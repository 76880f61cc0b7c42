/**
 * The requests of moderation to the coordinator: checks the arguments, and makes the path and the body. Pure.
 *
 * The arguments often come from people and from other participants, so a wrong one is a failure and not a defect. Paths and
 * bodies are those of the vendor's public API documentation.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Grants } from "../../edge/SfuClient.ts"
import * as Arguments from "../../internal/Arguments.ts"
import { TrackType } from "../../Track.ts"

/** Relative to the call. */
export interface Request {
  readonly path: string
  readonly body?: object
}

/** What is wrong with the arguments. */
export type Checked = Result.Result<Request, string>

/** A call has at most 1,000 people, by the rule of `Limits`. */
export const maxUsers = 1_000

/** In characters. */
export const maxIdLength = 1_024

const UserId = Schema.NonEmptyString.check(Schema.isMaxLength(maxIdLength))

const permissions: { readonly [permission in keyof Grants]: string } = {
  audio: "send-audio",
  video: "send-video",
  screenShare: "screenshare"
}

const flags: { readonly [type in TrackType]: string } = {
  Audio: "audio",
  Video: "video",
  ScreenShare: "screenshare",
  ScreenShareAudio: "screenshare_audio"
}

const checker = <S extends Schema.Constraint & { readonly DecodingServices: never }>(
  argument: string,
  expected: string,
  schema: S
) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (value: unknown): Result.Result<S["Type"], string> =>
    Result.mapError(decode(value), () => Arguments.error("Moderation", argument, expected, value).message)
}

const checkUserId = checker("userId", `a string of 1 to ${maxIdLength} characters`, UserId)

const checkUserIds = checker(
  "userIds",
  `an array of 1 to ${maxUsers} strings of 1 to ${maxIdLength} characters`,
  Schema.Array(UserId).check(Schema.isMinLength(1), Schema.isMaxLength(maxUsers))
)

const checkTrackTypes = checker(
  "trackTypes",
  `an array of at least one of ${TrackType.literals.join(", ")}`,
  Schema.Array(TrackType).check(Schema.isMinLength(1))
)

const Permissions = Schema.Array(Schema.Literals(["audio", "video", "screenShare"]))

const checkPermissions = (argument: string) =>
  checker(argument, `an array of ${Object.keys(permissions).join(", ")}`, Permissions)

const checkGrant = checkPermissions("grant")
const checkRevoke = checkPermissions("revoke")

const checkOptions = checker("options", "an object", Schema.Record(Schema.String, Schema.Unknown))

const flagsOf = (trackTypes: ReadonlyArray<TrackType>) =>
  Object.fromEntries(trackTypes.map((type) => [flags[type], true]))

export const mute = (options: unknown): Checked =>
  Result.gen(function*() {
    const { trackTypes, userIds } = yield* checkOptions(options)
    const users = yield* checkUserIds(userIds)
    return { path: "mute_users", body: { user_ids: users, ...flagsOf(yield* checkTrackTypes(trackTypes)) } }
  })

export const muteAll = (trackTypes: unknown): Checked =>
  Result.map(checkTrackTypes(trackTypes), (types) => ({
    path: "mute_users",
    body: { mute_all_users: true, ...flagsOf(types) }
  }))

const ofUser = (path: string) => (userId: unknown): Checked =>
  Result.map(checkUserId(userId), (user_id) => ({ path, body: { user_id } }))

export const remove = ofUser("kick")

export const block = ofUser("block")

export const unblock = ofUser("unblock")

export const updatePermissions = (options: unknown): Checked =>
  Result.gen(function*() {
    const { grant, revoke, userId } = yield* checkOptions(options)
    const user_id = yield* checkUserId(userId)
    const granted = yield* checkGrant(grant ?? [])
    const revoked = yield* checkRevoke(revoke ?? [])
    if (granted.length + revoked.length === 0 || granted.some((permission) => revoked.includes(permission))) {
      return yield* Result.fail(
        "Moderation: grant and revoke must name at least one permission, and none in both"
      )
    }
    return {
      path: "user_permissions",
      body: {
        user_id,
        grant_permissions: granted.map((permission) => permissions[permission]),
        revoke_permissions: revoked.map((permission) => permissions[permission])
      }
    }
  })

export const endCall: Checked = Result.succeed({ path: "mark_ended" })
