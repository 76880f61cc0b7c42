/**
 * One stay in the call: its state and its commands, for the page. Knows the protocol, and does not know the page.
 */
import { type CallState, makeConnector } from "./connector.ts"
import { applyConnectionEvents, applyLevels, applyNegotiation, applyPermissions, applyToRoster } from "./events.ts"
import { makeLocalTracks } from "./localTracks.ts"
import { type SfuEvent, Strategy, type TrackType } from "./protocol.ts"
import { makeRoster } from "./roster.ts"
import type { SignalSocket } from "./socket.ts"
import type { Media } from "./subscriber.ts"
import { makeSubscriptions, subscriptionsOf } from "./subscriptions.ts"

export interface RemoteParticipant {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly published: ReadonlySet<TrackType>
  readonly isSpeaking: boolean
  readonly media: (type: TrackType) => Media | undefined
}

/** Totals of one media section since it was created. */
export interface ReceiverStats {
  readonly packets: number
  readonly frames: number
  /** 0 to 1. */
  readonly audioLevel: number
}

export interface CallOptions {
  readonly userId: string
  /** Of the page's address. */
  readonly secret: string
  /** The session of this page before it was reloaded. */
  readonly previousSessionId: string | undefined
  readonly unifiedSessionId: string | undefined
  /** The page has to be drawn again. */
  readonly onChange: () => void
  /** The SFU refused or unpublished a local track. */
  readonly onStopped: (type: TrackType, reason: string) => void
}

export const makeCall = (options: CallOptions) => {
  const { onChange, secret, userId } = options
  const roster = makeRoster()
  const state: CallState = { phase: { _tag: "Joining" }, epoch: undefined, unifiedSessionId: options.unifiedSessionId }
  const wantedSubscriptions = () => subscriptionsOf(roster.participants.values(), state.epoch?.sessionId)

  const local = makeLocalTracks({ epoch: () => state.epoch, onChange, onStopped: options.onStopped })
  const subscriptions = makeSubscriptions({
    epoch: () => state.phase._tag === "Joined" ? state.epoch : undefined,
    wanted: wantedSubscriptions,
    onFailed: (reason) => connector.reconnect(Strategy.rejoin, reason)
  })

  const onEvent = (event: SfuEvent, socket: SignalSocket): void => {
    // For a moment two sockets of one session are open.
    if (state.epoch && socket !== state.epoch.socket && !event.iceTrickle) return
    if (event.audioLevelChanged) {
      if (applyLevels(event.audioLevelChanged, roster)) onChange()
      return
    }
    applyNegotiation(event, state.epoch, connector)
    applyToRoster(event, roster)
    applyPermissions(event, state.epoch?.sessionId, local)
    applyConnectionEvents(event, connector)
    subscriptions.update()
    onChange()
  }

  const connector = makeConnector({
    state,
    userId,
    secret,
    previousSessionId: options.previousSessionId,
    onEvent,
    onChange,
    onJoinResponse: (participants, epoch) => {
      roster.replace(participants)
      subscriptions.invalidate()
      local.publishAll(epoch)
    },
    onJoined: subscriptions.update,
    onEnded: () => {
      local.stopAll()
      roster.replace([])
    },
    subscriptions: wantedSubscriptions
  })

  return {
    userId,
    phase: () => state.phase,
    sessionId: () => state.epoch?.sessionId,
    unifiedSessionId: () => state.unifiedSessionId,
    others: (): ReadonlyArray<RemoteParticipant> =>
      Array.from(roster.participants.values())
        .filter(({ sessionId }) => sessionId !== state.epoch?.sessionId)
        .map((participant) => ({
          ...participant,
          media: (type) => state.epoch?.subscriber.find(participant.streamIdPrefix, type)
        })),
    own: local.get,
    /** As the SFU hears this page's microphone. */
    isSpeaking: () => roster.participants.get(state.epoch?.sessionId ?? "")?.isSpeaking ?? false,
    /** By mid. */
    receiverStats: async (): Promise<ReadonlyMap<string, ReceiverStats>> => {
      const report = await state.epoch?.subscriber.connection.getStats()
      return new Map(
        Array.from(report?.values() ?? []).filter(({ type }) => type === "inbound-rtp").map((stats) => [stats.mid, {
          packets: stats.packetsReceived ?? 0,
          frames: stats.framesDecoded ?? 0,
          audioLevel: stats.audioLevel ?? 0
        }])
      )
    },
    join: connector.join,
    publish: local.publish,
    mute: local.mute,
    unpublish: local.unpublish,
    leave: () => connector.end("You have left the call.", true)
  }
}

export type Call = ReturnType<typeof makeCall>
