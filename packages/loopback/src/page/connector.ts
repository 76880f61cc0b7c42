/**
 * Joins, reconnects and leaves. Keeps the call's epoch and phase.
 */
import { joinCall } from "./coordinator.ts"
import {
  deadlineOf,
  discard,
  type Epoch,
  hangUp,
  isHealthy,
  joinRequestOf,
  makeEpoch,
  watchConnections
} from "./epoch.ts"
import { type Credentials, type JoinRequest, Refused, type SfuEvent, Strategy } from "./protocol.ts"
import { retryInterval, sleep } from "./retry.ts"
import { joinOverSocket, type SignalSocket } from "./socket.ts"
import type { subscriptionsOf } from "./subscriptions.ts"

export type Phase =
  | { readonly _tag: "Joining" }
  | { readonly _tag: "Joined" }
  | { readonly _tag: "Reconnecting" }
  | { readonly _tag: "Left"; readonly reason: string; readonly isOwnWish: boolean }

/** Only the connector changes it. */
export interface CallState {
  phase: Phase
  epoch: Epoch | undefined
  /** The session id that this stay began with; undefined before the first join. */
  unifiedSessionId: string | undefined
}

export interface ConnectorOptions {
  readonly state: CallState
  readonly userId: string
  readonly secret: string
  /** The session of this page before it was reloaded. */
  readonly previousSessionId: string | undefined
  readonly onEvent: (event: SfuEvent, socket: SignalSocket) => void
  readonly onChange: () => void
  /** A join was answered with these participants. `epoch` is the epoch that joined. */
  readonly onJoinResponse: (participants: ReadonlyArray<object>, epoch: Epoch) => void
  readonly onJoined: () => void
  /** The call has ended for this page. */
  readonly onEnded: () => void
  readonly subscriptions: () => ReturnType<typeof subscriptionsOf>
}

const mostAttempts = 10
const mostFastAttempts = 3

/** The SFU still has the session, and its connections work. */
const canResume = (epoch: Epoch | undefined, millisSinceLoss: number, attempt: number): epoch is Epoch =>
  epoch !== undefined && millisSinceLoss <= epoch.deadline && attempt <= mostFastAttempts && isHealthy(epoch)

const reconnectDetails = (
  epoch: Epoch | undefined,
  details: {
    readonly strategy: number
    readonly reason: string
    readonly reconnectAttempt: number
    readonly subscriptions: ReturnType<typeof subscriptionsOf>
  }
) => ({
  ...details,
  fromSfuId: details.strategy === Strategy.rejoin ? epoch?.caller.credentials.edgeName ?? "" : "",
  announcedTracks: epoch?.publisher.announced() ?? []
})

export const makeConnector = (options: ConnectorOptions) => {
  const { state } = options
  /** Rejoins so far. */
  let rejoins = 0
  /** The SFU that the next join is to avoid. */
  let avoidedSfu: string | undefined

  const enter = (next: Phase): void => {
    state.phase = next
    options.onChange()
  }
  const hasLeft = (): boolean => state.phase._tag === "Left"

  const join = async (
    sessionId: string,
    credentials: Credentials,
    more: JoinRequest = {}
  ): ReturnType<typeof joinOverSocket> =>
    joinOverSocket(
      credentials.webSocketUrl,
      { ...await joinRequestOf(credentials, sessionId, state.unifiedSessionId ?? sessionId), ...more },
      {
        onEvent: options.onEvent,
        onLost: (socket, code) => {
          if (socket === state.epoch?.socket) void reconnect(Strategy.fast, String(code))
        }
      }
    )

  const detailsOf = (strategy: number, reason: string) =>
    reconnectDetails(state.epoch, {
      strategy,
      reason,
      reconnectAttempt: rejoins,
      subscriptions: options.subscriptions()
    })

  /** Joins under a new session id, which replaces the former session if there was one. */
  const rejoin = async (reason: string): Promise<void> => {
    const former = state.epoch
    const formerSessionId = former?.sessionId ?? options.previousSessionId
    const credentials = await joinCall(options.userId, options.secret, avoidedSfu)
    avoidedSfu = undefined
    const sessionId = crypto.randomUUID()
    const more = formerSessionId === undefined ? {} : {
      reconnectDetails: { ...detailsOf(Strategy.rejoin, reason), previousSessionId: formerSessionId }
    }
    const { joined, socket } = await join(sessionId, credentials, more)
    if (hasLeft()) return hangUp(socket, sessionId)
    state.unifiedSessionId ??= sessionId
    const onBroken = (why: string) => void reconnect(Strategy.rejoin, why)
    const epoch = makeEpoch({ credentials, sessionId, socket, joined, onChange: options.onChange, onBroken })
    state.epoch = epoch
    if (former) discard(former)
    watchConnections(epoch, { isCurrent: () => state.epoch === epoch && !hasLeft(), onBroken })
    options.onJoinResponse(joined.callState?.participants ?? [], epoch)
  }

  /** Gives the session another socket. */
  const resume = async (epoch: Epoch, reason: string): Promise<void> => {
    const { joined, socket } = await join(epoch.sessionId, epoch.caller.credentials, {
      fastReconnect: true,
      reconnectDetails: detailsOf(Strategy.fast, reason)
    })
    if (hasLeft()) return hangUp(socket, epoch.sessionId)
    if (!joined.reconnected) {
      // The SFU has created this session anew, without its peer connections.
      socket.close(1000, "")
      throw new Refused("the SFU no longer has the session", false)
    }
    epoch.socket = socket
    epoch.deadline = deadlineOf(joined)
    restartPublisher()
    options.onJoinResponse(joined.callState?.participants ?? [], epoch)
  }

  /** One reconnection at a time: a call during another is ignored. */
  const reconnect = async (first: number, reason: string): Promise<void> => {
    if (state.phase._tag !== "Joined") return
    enter({ _tag: "Reconnecting" })
    const lostAt = performance.now()
    let strategy = first
    for (let attempt = 1;; attempt++) {
      const { epoch } = state
      if (!canResume(epoch, performance.now() - lostAt, attempt)) strategy = Strategy.rejoin
      if (strategy !== Strategy.fast) rejoins++
      try {
        // oxlint-disable-next-line no-await-in-loop -- attempts follow one another
        await (strategy === Strategy.fast && epoch ? resume(epoch, reason) : rejoin(reason))
        break
      } catch (cause) {
        if (hasLeft()) return
        const isFinal = cause instanceof Refused && !cause.shouldRetry
        if (isFinal && strategy === Strategy.rejoin) return end(cause.message)
        if (isFinal) strategy = Strategy.rejoin
        if (attempt === mostAttempts) return end("The SFU no longer answers.")
        // oxlint-disable-next-line no-await-in-loop -- a pause between them
        await sleep(retryInterval(attempt))
        if (hasLeft()) return
      }
    }
    if (!hasLeft()) becomeJoined()
  }

  const becomeJoined = (): void => {
    enter({ _tag: "Joined" })
    options.onJoined()
    // The new socket may have been lost before the reconnection was complete.
    if (state.epoch && !state.epoch.socket.isOpen()) void reconnect(Strategy.fast, "lost again")
  }

  const restartPublisher = (): void => {
    const restarted = state.epoch
    restarted?.publisher.restartIce().catch((cause) => {
      if (restarted === state.epoch) {
        void reconnect(Strategy.rejoin, `the publisher's ICE could not be restarted: ${cause}`)
      }
    })
  }

  const end = (reason: string, isOwnWish = false): void => {
    if (hasLeft()) return
    const last = state.epoch
    state.epoch = undefined
    options.onEnded()
    enter({ _tag: "Left", reason, isOwnWish })
    if (last) discard(last)
  }

  return {
    /** The first join. Rejects if the page is not let in. */
    join: async (): Promise<void> => {
      try {
        await rejoin("the page was reloaded")
      } catch (cause) {
        end(cause instanceof Error ? cause.message : String(cause))
        throw cause
      }
      if (!hasLeft()) becomeJoined()
    },
    reconnect: (strategy: number, reason: string): void => void reconnect(strategy, reason),
    /** Joins another SFU. Unlike a migration this closes the old connections first: media pauses for about a second. */
    moveToAnotherSfu: (reason: string): void => {
      avoidedSfu = state.epoch?.caller.credentials.edgeName
      void reconnect(Strategy.rejoin, reason)
    },
    restartPublisher,
    end
  }
}

export type Connector = ReturnType<typeof makeConnector>
