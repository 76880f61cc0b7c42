/**
 * The packetizer of a recording that is sent in a loop: each step makes the media of one RTP payload from the next frame.
 * A loop of VP8 has one key frame, its first. Pure.
 */
import type { Recording } from "./Ivf.ts"

export interface LoopState {
  /** The next frame. */
  readonly position: number
  /** Of the next frame (RFC 7741, section 4.2): 15 bits. It goes on when the loop begins again. */
  readonly pictureId: number
  /** A receiver has asked for a key frame. */
  readonly isKeyFrameWanted: boolean
}

export const initial: LoopState = { position: 0, pictureId: 0, isKeyFrameWanted: false }

/** In frames. More requests than one in this time get one key frame: each restarts the picture. */
const minKeyFrameDistance = 10

/** The next frame is the first of the loop: a decoder can begin with it. */
export const restart = (state: LoopState): LoopState => ({ ...state, position: 0, isKeyFrameWanted: false })

export const requestKeyFrame = (state: LoopState): LoopState => ({ ...state, isKeyFrameWanted: true })

/**
 * The payload descriptor of a packet that contains a whole frame (RFC 7741, section 4.2): extended, begins a partition;
 * the extension contains a picture id, of 15 bits.
 */
const descriptor = (pictureId: number): ReadonlyArray<number> => [0x90, 0x80, 0x80 | pictureId >> 8, pictureId & 0xff]

/** Opus is one frame for each packet (RFC 7587, section 4.2), without a header of its own. */
const mediaOf = ({ codec }: Recording, frame: Uint8Array, pictureId: number): Uint8Array =>
  codec === "VP80" ? Buffer.concat([Uint8Array.from(descriptor(pictureId)), frame]) : frame

export const next = (recording: Recording, before: LoopState): readonly [LoopState, Uint8Array] => {
  const isDue = before.isKeyFrameWanted && (before.position === 0 || before.position >= minKeyFrameDistance)
  const { isKeyFrameWanted, pictureId, position } = isDue ? restart(before) : before
  const media = mediaOf(recording, recording.frames[position]!, pictureId)
  return [{
    position: (position + 1) % recording.frames.length,
    pictureId: (pictureId + 1) & 0x7fff,
    isKeyFrameWanted
  }, media]
}
