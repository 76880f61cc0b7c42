/**
 * What a WebSocket does not tell: why it does not open, and the TCP socket below it.
 *
 * The faults: the error event of Node's WebSocket has no code and no cause, and nothing in its API ends a connection whose
 * peer does not answer the close: it keeps the process alive until the peer's system gives up. Node's HTTP client, undici,
 * reports the cause and the TCP socket to its diagnostics channels, with the request that opens the WebSocket, and publishes
 * them within this process only. Other WebSockets, such as `ws`, have the cause in the event, and `terminate`. Noticed by the
 * tests in `test/stream-sfu/Unreachable.test.ts` and `test/stream-sfu/Closing.long.test.ts`.
 */
import type * as Socket from "effect/socket/Socket"
import type { Evidence } from "./Evidence.ts"
import * as Evidences from "./Evidence.ts"

export interface OpeningWatch<A extends Socket.WebSocketLike> {
  readonly socket: A
  readonly evidence: () => Evidence
  /** Ends the TCP connection at once. A no-op where the platform reports no TCP socket, such as in a browser. */
  readonly terminate: () => void
  /** Stops and continues the reading of the TCP socket. No-ops where it is not known. */
  readonly pause: () => void
  readonly resume: () => void
  /** Has to be called when the socket is open or has failed. */
  readonly end: () => void
}

/** The part of `node:diagnostics_channel` that is used. */
interface DiagnosticsChannel {
  readonly subscribe: (name: string, listener: (message: unknown) => void) => void
  readonly unsubscribe: (name: string, listener: (message: unknown) => void) => boolean
}

/** The part of `node:async_hooks` that is used: tells which call an asynchronous continuation belongs to. */
interface AsyncHooks {
  readonly AsyncLocalStorage: new() => {
    readonly run: <A>(store: object, body: () => A) => A
    readonly getStore: () => object | undefined
  }
}

/** Absent on a platform that is not Node or compatible. Not imported, because browsers have no such modules. */
const builtin = <A>(name: string): A | undefined => {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => A | undefined } }
  return process?.getBuiltinModule?.(name)
}

/** The part of undici's messages that is used. */
interface Message {
  readonly request: object
  readonly response?: { readonly statusCode?: unknown }
  readonly error?: unknown
  readonly socket?: { readonly destroy: () => void; readonly pause: () => void; readonly resume: () => void }
}

const switchingProtocols = 101

/** Made once: the context of each opening is found by its identity. */
let openings: InstanceType<AsyncHooks["AsyncLocalStorage"]> | undefined

/** Makes the socket and watches it. Throws what `construct` throws. */
export const begin = <A extends Socket.WebSocketLike>(construct: () => A): OpeningWatch<A> => {
  const channels = builtin<DiagnosticsChannel>("node:diagnostics_channel")
  const hooks = builtin<AsyncHooks>("node:async_hooks")
  if (hooks !== undefined) openings ??= new hooks.AsyncLocalStorage()
  /** Of this opening: several sockets may open at the same URL at the same time. */
  const opening = {}
  let request: object | undefined
  let tcp: Message["socket"]
  let evidence: Evidence = {}

  const listeners: Readonly<Record<string, (message: Message) => void>> = {
    "undici:request:create": (message) => {
      if (openings?.getStore() === opening) request = message.request
    },
    "undici:client:sendHeaders": (message) => {
      if (message.request === request) tcp = message.socket
    },
    "undici:request:headers": (message) => {
      const status = message.response?.statusCode
      const isRefusal = typeof status === "number" && status !== switchingProtocols
      if (message.request === request && isRefusal) evidence = { status }
    },
    "undici:request:error": ({ error, request: failed }) => {
      if (failed === request && evidence.status === undefined) evidence = Evidences.ofCause(error)
    }
  }
  const each = (action: (name: string, listener: (message: unknown) => void) => void): void => {
    for (const [name, listener] of Object.entries(listeners)) action(name, listener as (message: unknown) => void)
  }
  const end = (): void => each((name, listener) => channels?.unsubscribe(name, listener))

  each((name, listener) => channels?.subscribe(name, listener))
  try {
    const socket = openings === undefined ? construct() : openings.run(opening, construct)
    socket.addEventListener("error", (event) => {
      const ofEvent = Evidences.ofCause(event)
      if (ofEvent.code !== undefined || ofEvent.status !== undefined) evidence = ofEvent
    }, { once: true })
    return {
      socket,
      evidence: () => evidence,
      pause: () => void tcp?.pause(),
      resume: () => void tcp?.resume(),
      terminate: () => isTerminable(socket) ? socket.terminate() : tcp?.destroy(),
      end
    }
  } catch (error) {
    end()
    throw error
  }
}

interface Terminable {
  readonly terminate: () => void
}

/** `ws` has a method for it. */
const isTerminable = <A extends object>(socket: A): socket is A & Terminable =>
  "terminate" in socket && typeof socket.terminate === "function"
