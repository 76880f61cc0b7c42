import { StreamEdge } from "effect-track-resolver"

/** From now on, only the microphone of this user. */
export const hearOnly = (userId: string) =>
  StreamEdge.use((edge) => edge.subscribe((key) => key.trackType === "Audio" && key.userId === userId))
