/**
 * What a moderator does to a call: mutes, removes and blocks users, and changes what they may publish. Whether a user may
 * moderate is decided before.
 */
import type { Grants, TrackType } from "effect-track-resolver"
import { isGranted } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Call from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Leaving from "./Leaving.ts"
import * as Member from "./Member.ts"
import * as Wire from "./Wire.ts"

const sessionsOf = (call: Call.Call, userId: string): ReadonlyArray<Member.Member> =>
  Call.members(call).filter(({ participant }) => participant.userId === userId)

/** Unpublishes the live tracks of these types, in each session of a user that is meant. */
export const mute = (
  call: Call.Call,
  isMeant: (userId: string) => boolean,
  trackTypes: ReadonlyArray<TrackType>
): void => {
  for (const { participant: { sessionId, userId } } of Call.members(call)) {
    if (!isMeant(userId)) continue
    for (const trackType of trackTypes) {
      Dispatch.run(call, { _tag: "Unpublish", sessionId, trackType, cause: "Moderation" })
    }
  }
}

/** With the permit of `joining`: a join that is under way is over, and the next one sees what has changed. */
const removeNow = (call: Call.Call, userId: string): Effect.Effect<void> =>
  Effect.suspend(() =>
    Effect.forEach(sessionsOf(call, userId), ({ participant: { sessionId } }) => {
      Dispatch.send(call, sessionId, Wire.callEnded("Kicked"))
      return Leaving.leave(call, sessionId)
    }, { discard: true })
  )

/** Sends `call_ended` to each session of the user, and ends them. The user can join again. */
export const remove = (call: Call.Call, userId: string): Effect.Effect<void> =>
  call.joining.withPermit(removeNow(call, userId))

/** Removes the user, and refuses their joins. */
export const block = (call: Call.Call, userId: string): Effect.Effect<void> =>
  call.joining.withPermit(Effect.suspend(() => {
    call.blocked.add(userId)
    return removeNow(call, userId)
  }))

export const unblock = (call: Call.Call, userId: string): void => void call.blocked.delete(userId)

const everything: Grants = { audio: true, video: true, screenShare: true }

/**
 * Changes what the user may publish, in each session and in later ones. What is not changed stays: sessions of one user may
 * differ. Live tracks that are revoked are unpublished before `call_grants_updated`; the protocol leaves the order open.
 */
export const changeGrants = (call: Call.Call, userId: string, changed: Partial<Grants>): void => {
  call.userGrants.set(userId, { ...Call.grantsOf(call, userId), ...changed })
  for (const member of sessionsOf(call, userId)) {
    const { participant: { sessionId } } = member
    const grants = { ...member.grants, ...changed }
    for (const trackType of Member.liveTypes(member)) {
      if (isGranted({ ...everything, ...changed }, trackType)) continue
      Dispatch.run(call, { _tag: "Unpublish", sessionId, trackType, cause: "PermissionRevoked" })
    }
    Dispatch.run(call, { _tag: "Grant", sessionId, grants })
  }
}
