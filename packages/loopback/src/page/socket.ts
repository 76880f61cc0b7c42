/**
 * The signalling socket: joins, decodes what the SFU sends, and notices silence.
 */
import { stream } from "sfu"
import {
  type JoinRequest,
  type JoinResponse,
  Refused,
  requestTimeout,
  type SfuEvent,
  type SfuRequest,
  Strategy
} from "./protocol.ts"

const { event } = stream.video.sfu

export interface SignalSocket {
  readonly send: (request: SfuRequest) => void
  readonly isOpen: () => boolean
  readonly close: (code: number, reason: string) => void
}

export interface Handlers {
  /** Every event after the join response, and ICE candidates also before it. */
  readonly onEvent: (event: SfuEvent, socket: SignalSocket) => void
  /** The socket closed, or was silent for too long, after it had joined. */
  readonly onLost: (socket: SignalSocket, code: number) => void
}

// Milliseconds.
const healthCheckInterval = 5_000
const silenceCheckInterval = 4_000
const longestSilence = 12_000

const encode = (request: SfuRequest): Uint8Array<ArrayBuffer> =>
  new Uint8Array(event.SfuRequest.encode(request).finish())

/** Undefined for a frame that cannot be decoded. Such a frame does not end the stay. */
const decode = (data: unknown): SfuEvent | undefined => {
  if (!(data instanceof ArrayBuffer)) return undefined
  try {
    return event.SfuEvent.decode(new Uint8Array(data))
  } catch {
    return undefined
  }
}

/** Resolves when the SFU has answered the join. */
export const joinOverSocket = (
  url: string,
  joinRequest: JoinRequest,
  { onEvent, onLost }: Handlers
): Promise<{ readonly socket: SignalSocket; readonly joined: JoinResponse }> =>
  new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url)
    webSocket.binaryType = "arraybuffer"
    const timers: Array<ReturnType<typeof setTimeout>> = []
    let hasJoined = false
    let lastFrameAt = 0

    const socket: SignalSocket = {
      send: (message) => {
        if (webSocket.readyState === WebSocket.OPEN) webSocket.send(encode(message))
      },
      isOpen: () => webSocket.readyState === WebSocket.OPEN,
      close: (code, reason) => {
        timers.forEach(clearInterval)
        webSocket.close(code, reason)
      }
    }

    const fail = (error: Error): void => {
      reject(error)
      socket.close(4101, "join failed")
    }

    const keepAlive = (): void => {
      timers.push(setInterval(() => socket.send({ healthCheckRequest: {} }), healthCheckInterval))
      timers.push(setInterval(() => {
        if (performance.now() - lastFrameAt < longestSilence) return
        socket.close(4001, "no message for too long")
        onLost(socket, 4001)
      }, silenceCheckInterval))
    }

    const receive = (received: SfuEvent): void => {
      if (hasJoined || received.iceTrickle) return onEvent(received, socket)
      if (received.error) {
        const { error, reconnectStrategy } = received.error
        const isFinal = reconnectStrategy === Strategy.disconnect
        return fail(new Refused(error?.message ?? "the SFU refused", !isFinal, error?.code ?? 0))
      }
      if (!received.joinResponse) return
      hasJoined = true
      keepAlive()
      resolve({ socket, joined: received.joinResponse })
    }

    timers.push(setTimeout(() => hasJoined || fail(new Refused("the SFU does not answer", true)), requestTimeout))
    webSocket.addEventListener("open", () => webSocket.send(encode({ joinRequest })))
    webSocket.addEventListener("close", ({ code }) => {
      timers.forEach(clearInterval)
      if (hasJoined) onLost(socket, code)
      else reject(new Refused(`the SFU cannot be reached (${code})`, true))
    })
    webSocket.addEventListener("message", ({ data }) => {
      lastFrameAt = performance.now()
      const received = decode(data)
      if (received !== undefined) receive(received)
    })
  })
