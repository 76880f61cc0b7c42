/**
 * The receive buffers of UDP sockets: what the kernel keeps while the event loop is busy.
 *
 * The fault: werift leaves the system's default, which is full before a loop that receives 25 tracks has stood still for
 * 100 ms: `npm run bench:stalls`. Noticed by `test/werift/ReceiveBuffer.test.ts`, and over TURN by `test/turn`.
 */
import * as Effect from "effect/Effect"

/** In bytes. More than a second of 2,500 packets. The kernel takes memory only for what waits. */
export const size = 4_194_304

/** Linux reports twice what was set: it counts its own bookkeeping as well (`SO_RCVBUF` in socket(7)). */
const share = process.platform === "linux" ? 2 : 1

/** The used part of a socket of `node:dgram`. */
export interface UdpSocket {
  readonly getRecvBufferSize: () => number
  readonly setRecvBufferSize: (size: number) => void
}

/** Returns the size that the socket has then, in bytes, or `undefined` if it is closed. */
const enlarge = (socket: UdpSocket): number | undefined => {
  const current = (): number => socket.getRecvBufferSize() / share
  try {
    for (let asked = size; asked > current(); asked /= 2) {
      try {
        socket.setRecvBufferSize(asked)
        break
      } catch {
        // Linux gives less than it is asked for; other systems refuse.
      }
    }
    return current()
  } catch {
    return undefined
  }
}

/** Enlarges the buffers of a connection's sockets. Logs once if the system does not give as much. */
export const make: Effect.Effect<(socket: UdpSocket) => void> = Effect.map(Effect.context(), (context) => {
  const run = Effect.runForkWith(context)
  let isLogged = false
  return (socket) => {
    const given = enlarge(socket)
    if (given === undefined || given >= size || isLogged) return
    isLogged = true
    run(Effect.logDebug(
      `a UDP socket has a receive buffer of ${given} bytes instead of ${size}: the limit is net.core.rmem_max on Linux`
    ))
  }
})
