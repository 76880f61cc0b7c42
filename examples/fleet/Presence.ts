/**
 * When which session of the agent was in a call, as its SFU knows it.
 */
import type { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export interface Stay {
  readonly sessionId: string
  readonly from: number
  /** Undefined: it is in the call now. */
  until: number | undefined
}

export interface Presence {
  /** In the order of the joins. */
  readonly stays: ReadonlyArray<Stay>
  readonly present: () => ReadonlyArray<Stay>
  /** Waits until the stays satisfy the condition. */
  readonly waitUntil: (holds: () => boolean) => Effect.Effect<void>
}

export const make = Effect.fnUntraced(function*(sfu: LoopbackSfu["Service"], userId: string) {
  const stays: Array<Stay> = []
  const present = () => stays.filter(({ until }) => until === undefined)
  const clock = yield* Clock.Clock

  /** At each change of the call. */
  const record = (participants: ReadonlyArray<{ userId: string; sessionId: string; connected: boolean }>): void => {
    const now = clock.currentTimeMillisUnsafe()
    const ids = participants.flatMap((each) => each.userId === userId && each.connected ? [each.sessionId] : [])
    for (const stay of present()) if (!ids.includes(stay.sessionId)) stay.until = now
    for (const sessionId of ids) {
      if (!present().some((stay) => stay.sessionId === sessionId)) {
        stays.push({ sessionId, from: now, until: undefined })
      }
    }
  }
  yield* Effect.forkScoped(sfu.waitUntil(({ participants }) => (record(participants), false)))
  const presence: Presence = {
    stays,
    present,
    waitUntil: (holds) => Effect.asVoid(sfu.waitUntil(({ participants }) => (record(participants), holds())))
  }
  return presence
})
