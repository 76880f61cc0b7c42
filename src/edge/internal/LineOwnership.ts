/**
 * Gives each media line to the owner of its prefix, and keeps the resolver informed: an m-line that gets another owner,
 * or none, is another track.
 *
 * Every function here runs inside `serialized`.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PeerText from "../../internal/PeerText.ts"
import { kindOf } from "../../Track.ts"
import type { TrackType } from "../../Track.ts"
import type { TrackRemovedReason } from "../EdgeEvent.ts"
import type { RemoteMediaSection } from "../PeerConnection.ts"
import type { StreamIdentity } from "../SfuClient.ts"
import type { ConnectionId, MediaLine } from "./MediaLines.ts"
import type { RosterEntry } from "./RosterEntry.ts"
import type { TrackSync } from "./TrackSync.ts"
import { reconcile, syncTrack } from "./TrackSync.ts"

/** An owner that has lost a media line of this type. */
type LostLine = readonly [owner: RosterEntry, trackType: TrackType]

/** Assigns the media lines with this prefix to its owner. */
export const assignLines = (self: TrackSync, prefix: string): Effect.Effect<void> =>
  Effect.suspend(() =>
    Effect.forEach(self.lines.withPrefix(prefix), (line) => assignLine(self, line), { discard: true })
  )

/** A media line whose prefix has no owner any more keeps its last owner. */
const assignLine: (self: TrackSync, line: MediaLine) => Effect.Effect<void> = Effect.fnUntraced(function*(self, line) {
  const { lines, roster } = self
  const { streamIdPrefix, trackType } = line.identity
  const owner = roster.ownerOf(streamIdPrefix)
  if (owner === undefined || owner === line.assignment?.owner || !lines.isCurrent(line)) return
  const former = yield* releaseLine(self, line, "MediaEnded")
  lines.assign(line, owner)
  yield* syncTrack(self, owner, trackType)
  if (former !== undefined) yield* syncTrack(self, former, trackType)
  // After a migration, a media line of the new connection replaces those of the former one.
  yield* endLines(self, lines.former(owner, trackType), "Reconnecting")
})

/** Ends the track of a media line. Returns its last owner. */
const releaseLine = Effect.fnUntraced(function*(self: TrackSync, line: MediaLine, reason: TrackRemovedReason) {
  const { assignment } = line
  self.lines.release(line)
  const last = assignment ?? line.previous
  if (last !== undefined) {
    const key = yield* self.resolver.retire(last.trackId)
    if (Option.isSome(key)) yield* reconcile(self, key.value, reason)
  }
  return assignment?.owner
})

const endLines = Effect.fnUntraced(function*(
  self: TrackSync,
  ended: ReadonlyArray<MediaLine>,
  reason: TrackRemovedReason
) {
  const lostLines: Array<LostLine> = []
  for (const line of ended) {
    const owner = yield* releaseLine(self, line, reason)
    self.lines.remove(line)
    if (owner !== undefined) lostLines.push([owner, line.identity.trackType])
  }
  return lostLines
})

/** An owner that has lost a media line may have another one of that type. */
const resyncOwners = (self: TrackSync, lostLines: ReadonlyArray<LostLine>): Effect.Effect<void> =>
  Effect.forEach(lostLines, ([owner, trackType]) => syncTrack(self, owner, trackType), { discard: true })

/** Applies the m-lines of an offer. The former owner of an m-line loses its track before the next owner gets one. */
export const applyOffer = Effect.fnUntraced(function*(
  self: TrackSync,
  connection: ConnectionId,
  media: ReadonlyArray<RemoteMediaSection>,
  identify: (streamId: string) => StreamIdentity | undefined
) {
  const { ended, opened } = self.lines.apply(connection, media)
  const lostLines = yield* endLines(self, ended, "MediaEnded")
  for (const section of opened) {
    const { kind, mid, streamId } = section
    const identity = streamId === undefined ? undefined : identify(streamId)
    const line = identity === undefined || kindOf(identity.trackType) !== kind
      ? undefined
      : self.lines.add(connection, section, identity)
    if (line !== undefined) {
      yield* assignLine(self, line)
    } else {
      const name = streamId === undefined ? "missing" : PeerText.quote(streamId)
      yield* Effect.logDebug(`m-line ${PeerText.quote(mid)} (${kind}) has no owner: its stream id is ${name}`)
    }
  }
  yield* resyncOwners(self, lostLines)
})

/** Ends every media line of a connection that a reconnection replaces. */
export const endConnection = (self: TrackSync, connection: ConnectionId): Effect.Effect<void> =>
  Effect.suspend(() => endLines(self, self.lines.end(connection), "Reconnecting")).pipe(
    Effect.flatMap((lostLines) => resyncOwners(self, lostLines))
  )

/** Ends every media line of every connection at the end of the call. No owner gets another one. */
export const endAllLines = (self: TrackSync): Effect.Effect<void> =>
  Effect.forEach(
    self.lines.connections,
    (connection) => Effect.suspend(() => endLines(self, self.lines.end(connection), "CallEnded")),
    { discard: true }
  )
