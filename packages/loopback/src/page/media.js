/**
 * Cameras, microphones and screens, as the browser gives them or refuses them.
 */

/** @typedef {import("./wire.js").TrackType} TrackType */

/** What a person can be told about a device that there is not. @type {(cause: unknown, device: string) => string} */
const wordsOf = (cause, device) => {
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

/**
 * The track, or why there is none.
 *
 * @type {(type: "Audio" | "Video") => Promise<MediaStreamTrack | string>}
 */
export const capture = async (type) => {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(
      type === "Audio"
        ? { audio: true }
        : { video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { max: 24 } } }
    )
    return stream.getTracks()[0] ?? wordsOf(undefined, type === "Audio" ? "microphone" : "camera")
  } catch (cause) {
    return wordsOf(cause, type === "Audio" ? "microphone" : "camera")
  }
}

/**
 * A screen, with its sound where the browser has it to give. Nothing, if the person thought better of it.
 *
 * @returns {Promise<ReadonlyArray<readonly [TrackType, MediaStreamTrack]> | string>}
 */
export const captureScreen = async () => {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true })
    return stream.getTracks().map((track) => [track.kind === "video" ? "ScreenShare" : "ScreenShareAudio", track])
  } catch (cause) {
    return cause instanceof Error && cause.name === "NotAllowedError" ? [] : wordsOf(cause, "screen")
  }
}
