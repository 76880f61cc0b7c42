/**
 * An SFU in memory: a WebSocket constructor and an HTTP client, which the adapter uses instead of real ones. Sends the
 * events that a test passes to it, and records what it receives. Has no timer of its own.
 */
import type { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Socket from "effect/socket/Socket"
import { stream } from "../../src/stream-sfu/generated/sfu.js"

const { event, models, signal } = stream.video.sfu

export type SfuEvent = stream.video.sfu.event.SfuEvent.$Properties
export type SfuRequest = stream.video.sfu.event.SfuRequest

export const encodeEvent = (message: SfuEvent): Uint8Array => event.SfuEvent.encode(message).finish()

export const decodeRequest = (frame: Uint8Array): SfuRequest => event.SfuRequest.decode(frame)

/** The token of the SFU. */
export const secret = "secret-token-of-the-sfu"

/** The server side of one WebSocket. */
export class FakeSocket implements Socket.WebSocketLike {
  readonly url: string
  readyState: number
  /** The client's requests, and last the code with which it closed. */
  readonly received: Array<SfuRequest | { readonly close: number | undefined }> = []
  /** Whether the server completes the closing handshake of the client. */
  acknowledgesClose = true
  /** Whether the client ended the connection without the server. */
  isTerminated = false
  #onRequest: (request: SfuRequest, socket: FakeSocket) => void
  readonly #listeners = new Map<string, Set<(event: Socket.WebSocketEvent) => void>>()

  constructor(url: string, opens: boolean, onRequest: (request: SfuRequest, socket: FakeSocket) => void) {
    this.url = url
    this.readyState = opens ? 1 : 0
    this.#onRequest = onRequest
  }

  addEventListener(
    type: string,
    listener: (event: Socket.WebSocketEvent) => void,
    options?: { readonly once?: boolean }
  ): void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners)
    const added = options?.once === true
      ? (event: Socket.WebSocketEvent) => {
        listeners.delete(added)
        listener(event)
      }
      : listener
    listeners.add(added)
  }

  removeEventListener(type: string, listener: (event: Socket.WebSocketEvent) => void): void {
    this.#listeners.get(type)?.delete(listener)
  }

  #emit(type: string, event: Socket.WebSocketEvent): void {
    for (const listener of Array.from(this.#listeners.get(type) ?? [])) listener(event)
  }

  send(data: string | Uint8Array): void {
    if (this.readyState !== 1) return
    const request = decodeRequest(data as Uint8Array)
    this.received.push(request)
    this.#onRequest(request, this)
  }

  close(code?: number): void {
    // As every WebSocket does.
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) throw new Error(`invalid code ${code}`)
    if (this.readyState >= 2) return
    this.readyState = 2
    this.received.push({ close: code })
    if (this.acknowledgesClose) this.closeByServer(code ?? 1005)
  }

  /** As in `ws`. */
  terminate(): void {
    this.isTerminated = true
    this.closeByServer(1006)
  }

  open(): void {
    this.readyState = 1
    this.#emit("open", {})
  }

  sendEvents(...messages: ReadonlyArray<SfuEvent>): void {
    for (const message of messages) this.sendFrame(encodeEvent(message))
  }

  sendFrame(data: Uint8Array | string): void {
    this.#emit("message", { data })
  }

  closeByServer(code: number, reason = ""): void {
    this.readyState = 3
    this.#emit("close", { code, reason })
  }
}

/** An HTTP request of the client. */
export interface FakeRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly signal: AbortSignal
}

/** "never": no response. "broken": no connection. */
export type FakeResponse = Response | "never" | "broken"

export interface FakeSfu {
  readonly sockets: Array<FakeSocket>
  readonly requests: Array<FakeRequest>
  /** Whether new sockets open at once. */
  opens: boolean
  /** Handles the requests of every socket. */
  onRequest: (request: SfuRequest, socket: FakeSocket) => void
  /** Answers HTTP request number `n`, counted from 1. By default with an empty success. */
  respond: (request: FakeRequest, n: number) => FakeResponse
  readonly layer: Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor>
}

/** A successful response of Twirp. A message without content has no bytes, so the content type tells what it is. */
export const protobuf = (bytes: Uint8Array): Response =>
  new Response(Uint8Array.from(bytes), { headers: { "content-type": "application/protobuf" } })

export const ok = (error?: stream.video.sfu.models.Error.$Properties): Response =>
  protobuf(signal.SendAnswerResponse.encode(error === undefined ? {} : { error }).finish())

export const setPublisherResponse = (sdp: string): Response =>
  protobuf(signal.SetPublisherResponse.encode({ sdp }).finish())

export const twirpError = (status: number, code: string, msg = ""): Response =>
  new Response(JSON.stringify({ code, msg }), { status })

const participants = ["alice", "bob"].map((userId) => ({
  userId,
  sessionId: `${userId}-1`,
  trackLookupPrefix: `p-${userId}`,
  publishedTracks: userId === "bob" ? [models.TrackType.TRACK_TYPE_AUDIO, models.TrackType.TRACK_TYPE_VIDEO] : []
}))

export const joinResponse: SfuEvent = { joinResponse: { callState: { participants } } }

export const make = (): FakeSfu => {
  const sfu: FakeSfu = {
    sockets: [],
    requests: [],
    opens: true,
    onRequest: (request, socket) => {
      if (request.joinRequest) socket.sendEvents(joinResponse)
    },
    respond: () => ok(),
    layer: Layer.mergeAll(
      Layer.succeed(Socket.WebSocketConstructor, (url) => {
        if (url.includes("#")) throw new SyntaxError(`Invalid URL: ${url}`)
        const socket = new FakeSocket(url, sfu.opens, (request, socket) => sfu.onRequest(request, socket))
        sfu.sockets.push(socket)
        return socket
      }),
      Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request, url, signal) =>
          Effect.suspend(() => {
            const { body, headers, method } = request
            const bytes = body._tag === "Uint8Array" ? body.body : new Uint8Array()
            const received = { method, url: url.href, headers, body: bytes, signal }
            const response = sfu.respond(received, sfu.requests.push(received))
            if (response === "never") return Effect.never
            return response === "broken"
              ? Effect.fail(
                new HttpClientError.HttpClientError({
                  reason: new HttpClientError.TransportError({ request, cause: new Error(`refused ${secret}`) })
                })
              )
              : Effect.succeed(HttpClientResponse.fromWeb(request, response))
          })
        )
      )
    )
  }
  return sfu
}

export const options: StreamSfuClient.StreamSfuOptions = {
  url: "https://sfu.test/twirp",
  webSocketUrl: "wss://sfu.test/ws",
  token: Redacted.make(secret)
}
