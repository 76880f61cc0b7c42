/**
 * Cameras, microphones and screens. Each function returns the tracks, or the sentence to show if there are none.
 */
import type { TrackType } from "./protocol.ts"

const problemOf = (cause: unknown, device: string): string => {
  switch (cause instanceof Error ? cause.name : "") {
    case "NotAllowedError":
      return `The browser does not give access to the ${device}. You can allow it in the address bar.`
    case "NotFoundError":
      return `No ${device} was found.`
    case "NotReadableError":
      return `Another program is using the ${device}.`
    default:
      return `The ${device} could not be opened.`
  }
}

export const capture = async (type: "Audio" | "Video"): Promise<MediaStreamTrack | string> => {
  const device = type === "Audio" ? "microphone" : "camera"
  try {
    const stream = await navigator.mediaDevices.getUserMedia(
      type === "Audio"
        ? { audio: true }
        : { video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { max: 24 } } }
    )
    return stream.getTracks()[0] ?? problemOf(undefined, device)
  } catch (cause) {
    return problemOf(cause, device)
  }
}

/** A screen, with its sound where the browser offers it. Empty if the user cancelled. */
export const captureScreen = async (): Promise<ReadonlyArray<readonly [TrackType, MediaStreamTrack]> | string> => {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true })
    return stream.getTracks().map((track) => [track.kind === "video" ? "ScreenShare" : "ScreenShareAudio", track])
  } catch (cause) {
    return cause instanceof Error && cause.name === "NotAllowedError" ? [] : problemOf(cause, "screen")
  }
}
