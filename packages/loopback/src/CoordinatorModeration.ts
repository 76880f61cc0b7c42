/**
 * The coordinator's requests of moderation: a POST with the token of a user whose capabilities allow it.
 */
import type { Grants, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Call from "./Call.ts"
import * as Access from "./CoordinatorAccess.ts"
import * as Leaving from "./Leaving.ts"
import * as Moderation from "./Moderation.ts"
import type { ModerationMethod } from "./Requests.ts"
import type { ModerationCapability } from "./Settings.ts"

const optional = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

const UserId = Schema.NonEmptyString

const Mute = Schema.Struct({
  user_ids: optional(Schema.Array(UserId)),
  mute_all_users: optional(Schema.Boolean),
  audio: optional(Schema.Boolean),
  video: optional(Schema.Boolean),
  screenshare: optional(Schema.Boolean),
  screenshare_audio: optional(Schema.Boolean)
})

const trackTypesOf = (body: typeof Mute.Type): ReadonlyArray<TrackType> => [
  ...(body.audio === true ? ["Audio"] as const : []),
  ...(body.video === true ? ["Video"] as const : []),
  ...(body.screenshare === true ? ["ScreenShare"] as const : []),
  ...(body.screenshare_audio === true ? ["ScreenShareAudio"] as const : [])
]

const OneUser = Schema.Struct({ user_id: UserId })

const permissions = { "send-audio": "audio", "send-video": "video", "screenshare": "screenShare" } as const

const Permissions = Schema.Array(Schema.Literals(["send-audio", "send-video", "screenshare"]))

const UpdatePermissions = Schema.Struct({
  user_id: UserId,
  grant_permissions: optional(Permissions),
  revoke_permissions: optional(Permissions)
})

const changesOf = (names: typeof Permissions.Type | null | undefined, granted: boolean): Partial<Grants> =>
  Object.fromEntries((names ?? []).map((name) => [permissions[name], granted]))

/** A request: which capability it needs, and what it does. */
export interface Action {
  readonly method: ModerationMethod
  readonly capability: ModerationCapability
  /** `userId` is the moderator, and `body` the JSON of the request: `undefined` if it has none. */
  readonly run: (
    call: Call.Call,
    userId: string,
    body: unknown
  ) => Effect.Effect<void, Access.CoordinatorError>
}

const action = <S extends Schema.ConstraintDecoder<unknown>>(
  method: ModerationMethod,
  capability: ModerationCapability,
  schema: S,
  run: (call: Call.Call, userId: string, body: S["Type"]) => Effect.Effect<void, Access.CoordinatorError>
): Action => ({
  method,
  capability,
  run: (call, userId, body) =>
    Schema.decodeUnknownEffect(schema)(body).pipe(
      Effect.mapError(() => Access.refused(400, 4, "a field is missing or wrong")),
      Effect.flatMap((decoded) => run(call, userId, decoded))
    )
})

const mute = (call: Call.Call, moderator: string, body: typeof Mute.Type) => {
  const trackTypes = trackTypesOf(body)
  const userIds = new Set(body.user_ids)
  const isAll = body.mute_all_users === true
  if (trackTypes.length === 0 || (!isAll && userIds.size === 0)) {
    return Effect.fail(Access.refused(400, 4, "the body has to name users and track types"))
  }
  return Effect.sync(() =>
    Moderation.mute(call, (userId) => isAll ? userId !== moderator : userIds.has(userId), trackTypes)
  )
}

/** By the last segment of the path. */
export const actions: { readonly [path: string]: Action } = {
  mute_users: action("CoordinatorMuteUsers", "mute-users", Mute, mute),
  kick: action("CoordinatorKickUser", "kick-user", OneUser, (call, _, { user_id }) => Moderation.remove(call, user_id)),
  block: action(
    "CoordinatorBlockUser",
    "block-users",
    OneUser,
    (call, _, { user_id }) => Moderation.block(call, user_id)
  ),
  unblock: action(
    "CoordinatorUnblockUser",
    "block-users",
    OneUser,
    (call, _, { user_id }) => Effect.sync(() => Moderation.unblock(call, user_id))
  ),
  user_permissions: action(
    "CoordinatorUpdatePermissions",
    "update-call-permissions",
    UpdatePermissions,
    (call, _, { grant_permissions, revoke_permissions, user_id }) =>
      Effect.sync(() =>
        Moderation.changeGrants(call, user_id, {
          ...changesOf(grant_permissions, true),
          ...changesOf(revoke_permissions, false)
        })
      )
  ),
  mark_ended: action("CoordinatorEndCall", "end-call", Schema.Unknown, (call) => Leaving.endCall(call, "Ended"))
}
