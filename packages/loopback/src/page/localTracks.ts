/**
 * The tracks that the user publishes. They outlive epochs: each new epoch publishes them again.
 */
import type { Epoch } from "./epoch.ts"
import type { TrackType } from "./protocol.ts"

export const makeLocalTracks = (options: {
  readonly epoch: () => Epoch | undefined
  readonly onChange: () => void
  readonly onStopped: (type: TrackType, reason: string) => void
}) => {
  const { epoch, onChange, onStopped } = options
  /** In the order of publication; undefined while muted. */
  const tracks = new Map<TrackType, MediaStreamTrack | undefined>()

  const unpublish = async (type: TrackType): Promise<void> => {
    if (!tracks.delete(type)) return
    onChange()
    await epoch()?.publisher.unpublish(type).catch(() => {})
  }

  /** The SFU refused or unpublished the track. */
  const stop = (type: TrackType, reason: string): void => {
    if (!tracks.has(type)) return
    tracks.get(type)?.stop()
    void unpublish(type)
    onStopped(type, reason)
  }

  /** A failure is ignored if the socket was lost before it: the next socket publishes the track again. */
  const publishIn = (into: Epoch, type: TrackType, track: MediaStreamTrack): Promise<void> => {
    const { socket } = into
    return into.publisher.publish(type, track).catch((cause) => {
      if (into.caller.signal.aborted || socket !== into.socket || !socket.isOpen()) return
      stop(type, `It could not be published: ${cause instanceof Error ? cause.message : cause}`)
    })
  }

  return {
    get: (type: TrackType): MediaStreamTrack | undefined => tracks.get(type),
    types: (): ReadonlyArray<TrackType> => Array.from(tracks.keys()),
    publish: async (type: TrackType, track: MediaStreamTrack): Promise<void> => {
      tracks.set(type, track)
      onChange()
      const into = epoch()
      if (into) await publishIn(into, type, track)
    },
    /** Publishing a track that is already published changes nothing. */
    publishAll: (into: Epoch): void => {
      for (const [type, track] of tracks) if (track) void publishIn(into, type, track)
    },
    mute: async (type: TrackType): Promise<void> => {
      if (!tracks.has(type)) return
      tracks.set(type, undefined)
      onChange()
      await epoch()?.publisher.mute(type).catch(() => {})
    },
    unpublish,
    stop,
    stopAll: (): void => {
      for (const track of tracks.values()) track?.stop()
      tracks.clear()
    }
  }
}
