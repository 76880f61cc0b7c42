/**
 * Keeps the SFU's set of subscriptions equal to the set that the page wants. Each request contains the whole newest
 * set. Requests are sent one at a time.
 */
import { type Epoch, updateSubscriptions } from "./epoch.ts"
import { kindOf, wireTypeOf } from "./protocol.ts"
import type { Participant } from "./roster.ts"

/** The size that video is requested in, in pixels. */
const dimension = { width: 640, height: 360 }

export const subscriptionsOf = (participants: Iterable<Participant>, ownSessionId: string | undefined) =>
  Array.from(participants)
    .filter(({ sessionId }) => sessionId !== ownSessionId)
    .flatMap(({ published, sessionId, userId }) =>
      Array.from(published, (type) => ({
        userId,
        sessionId,
        trackType: wireTypeOf(type),
        ...(kindOf(type) === "video" && { dimension })
      }))
    )

export const makeSubscriptions = (options: {
  /** The epoch to send to; undefined while the page is not in the call. */
  readonly epoch: () => Epoch | undefined
  readonly wanted: () => ReturnType<typeof subscriptionsOf>
  readonly onFailed: (reason: string) => void
}) => {
  const { epoch, onFailed, wanted } = options
  let sent: { readonly epoch: Epoch; readonly set: string } | undefined
  let isSending = false

  const send = async (): Promise<void> => {
    const current = epoch()
    const tracks = wanted()
    const set = JSON.stringify(tracks)
    if (!current || (sent?.epoch === current && sent.set === set)) return
    try {
      await updateSubscriptions(current, tracks)
      sent = { epoch: current, set }
    } catch (cause) {
      if (!current.caller.signal.aborted) onFailed(`subscriptions: ${cause}`)
    }
    await send()
  }

  return {
    /** Deferred by a microtask, so that a burst of events causes one request. */
    update: (): void => {
      if (isSending) return
      isSending = true
      Promise.resolve().then(send).finally(() => isSending = false)
    },
    /** The SFU may have lost the set: the next update sends it again. */
    invalidate: (): void => void (sent = undefined)
  }
}
