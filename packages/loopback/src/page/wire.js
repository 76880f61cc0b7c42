/**
 * The wire: one socket, the requests, and the lines of an SDP that say whose a track is. Knows no call.
 */
import { stream } from "sfu"

const { event, models, signal } = stream.video.sfu

export const { PeerType, TrackUnpublishReason, CallEndedReason } = models

export const Strategy = {
  disconnect: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT,
  fast: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_FAST,
  rejoin: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_REJOIN,
  migrate: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_MIGRATE
}

/**
 * @typedef {"Audio" | "Video" | "ScreenShare" | "ScreenShareAudio"} TrackType
 * @typedef {stream.video.sfu.event.SfuEvent.$Properties} SfuEvent
 * @typedef {stream.video.sfu.event.JoinRequest.$Properties} JoinRequest
 * @typedef {stream.video.sfu.event.JoinResponse.$Properties} JoinResponse
 * @typedef {stream.video.sfu.models.Participant.$Properties} WireParticipant
 * @typedef {{ readonly credentials: Credentials, readonly sessionId: string, readonly signal: AbortSignal }} Caller
 */

/** @type {ReadonlyArray<TrackType>} */
export const trackTypes = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]

/** @type {(type: TrackType) => "audio" | "video"} */
export const kindOf = (type) => type === "Audio" || type === "ScreenShareAudio" ? "audio" : "video"

const names = ["TRACK_TYPE_AUDIO", "TRACK_TYPE_VIDEO", "TRACK_TYPE_SCREEN_SHARE", "TRACK_TYPE_SCREEN_SHARE_AUDIO"]

/** @type {(type: TrackType) => stream.video.sfu.models.TrackType} */
export const wireTypeOf = (type) => trackTypes.indexOf(type) + 1

/** @type {(wireType: number | null | undefined) => TrackType | undefined} */
export const trackTypeOf = (wireType) => trackTypes[(wireType ?? 0) - 1]

/** In a stream id a type is a name or a number. @type {(text: string | undefined) => TrackType | undefined} */
const typeNamed = (text) => trackTypes[names.indexOf(text ?? "")] ?? trackTypeOf(Number(text))

/**
 * An m-line that sends, and what its stream id says.
 *
 * @typedef {{ readonly mid: string, readonly prefix: string, readonly type: TrackType }} Line
 */

/** The m-lines of an offer that send somebody's track. @type {(sdp: string) => ReadonlyArray<Line>} */
export const linesOf = (sdp) =>
  sdp.split(/^m=/m).slice(1).flatMap((media) => {
    /** @type {(pattern: RegExp) => string | undefined} */
    const find = (pattern) => pattern.exec(media)?.[1]
    const [kind, port] = media.split(" ")
    const mid = find(/^a=mid:(\S+)/m)
    const [prefix, name] = find(/^a=msid:(\S+)/m)?.split(":") ?? []
    const type = typeNamed(name)
    const sends = port !== "0" && !/^a=(recvonly|inactive)\s*$/m.test(media)
    return sends && mid && prefix && type && kindOf(type) === kind ? [{ mid, prefix, type }] : []
  })

/** @type {(sdp: string) => ReadonlySet<string>} */
export const ufragsOf = (sdp) => new Set(Array.from(sdp.matchAll(/^a=ice-ufrag:(\S+)/gm), ([, ufrag]) => ufrag ?? ""))

/** @type {(millis: number, signal?: AbortSignal) => Promise<void>} */
export const sleep = (millis, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const timer = setTimeout(resolve, millis)
    signal?.addEventListener("abort", () => {
      clearTimeout(timer)
      reject(signal.reason)
    }, { once: true })
  })

/** How long to wait before the n-eth repetition, in milliseconds. @type {(n: number) => number} */
export const retryInterval = (n) => {
  const least = Math.min(Math.max(250, (n - 1) * 2_000), 5_000)
  return least + Math.random() * (Math.min(500 + n * 2_000, 5_000) - least)
}

const patience = 5_000

/** The SFU says no: to repeat the request may help, or not. */
export class Refused extends Error {
  /** @param {string} message @param {boolean} mayRetry @param {number} [code] */
  constructor(message, mayRetry, code = 0) {
    super(message)
    this.mayRetry = mayRetry
    this.code = code
  }
}

/** @type {{ readonly [method in Method]: readonly [request: any, response: any, attempts: number] }} */
const methods = {
  SetPublisher: [signal.SetPublisherRequest, signal.SetPublisherResponse, 3],
  SendAnswer: [signal.SendAnswerRequest, signal.SendAnswerResponse, 3],
  IceTrickle: [models.ICETrickle, signal.ICETrickleResponse, 5],
  UpdateSubscriptions: [signal.UpdateSubscriptionsRequest, signal.UpdateSubscriptionsResponse, 5],
  UpdateMuteStates: [signal.UpdateMuteStatesRequest, signal.UpdateMuteStatesResponse, 5],
  IceRestart: [signal.ICERestartRequest, signal.ICERestartResponse, 5]
}

/** @typedef {"SetPublisher" | "SendAnswer" | "IceTrickle" | "UpdateSubscriptions" | "UpdateMuteStates" | "IceRestart"} Method */

/** @type {(method: Method, body: BodyInit, caller: Caller) => Promise<Uint8Array>} */
const post = async (method, body, { credentials: { token, url }, signal }) => {
  const response = await fetch(`${url}/stream.video.sfu.signal.SignalServer/${method}`, {
    method: "POST",
    headers: { "content-type": "application/protobuf", authorization: `Bearer ${token}` },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)])
  })
  if (!response.ok) {
    throw new Refused(await response.text(), [408, 429].includes(response.status) || response.status >= 500)
  }
  return new Uint8Array(await response.arrayBuffer())
}

/**
 * Asks, and asks again where that may help. Ends at once when the caller does.
 *
 * @type {(method: Method, message: Record<string, unknown>, caller: Caller) => Promise<any>}
 */
export const request = (method, message, caller) => {
  const [question, answer, attempts] = methods[method]
  const body = question.encode({ ...message, sessionId: caller.sessionId }).finish()
  /** @type {(attempt: number) => Promise<any>} */
  const ask = async (attempt) => {
    try {
      const { error, ...rest } = answer.decode(await post(method, body, caller))
      if (error?.code) throw new Refused(error.message ?? "refused", error.shouldRetry ?? false, error.code)
      return rest
    } catch (cause) {
      caller.signal.throwIfAborted()
      if (attempt === attempts || (cause instanceof Refused && !cause.mayRetry)) throw cause
    }
    await sleep(retryInterval(attempt), caller.signal)
    return ask(attempt + 1)
  }
  return ask(1)
}

/**
 * Where to go, and what to go there with.
 *
 * @typedef {{ readonly token: string, readonly url: string, readonly webSocketUrl: string, readonly edgeName: string }} Credentials
 */

/** @type {(path: string, body: unknown, headers?: Record<string, string>) => Promise<any>} */
const postJson = async (path, body, headers = {}) => {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience)
  })
  const answer = await response.json()
  if (!response.ok) throw new Refused(answer.message ?? "this name is not let in", response.status >= 500)
  return answer
}

/**
 * Asks the coordinator which SFU to go to: another one than the one that is left, if there is another one.
 *
 * @type {(userId: string, migratingFrom: string | undefined) => Promise<Credentials>}
 */
export const joinCall = async (userId, migratingFrom) => {
  const { apiKey, token } = await postJson("/page/token", { userId })
  const { credentials } = await postJson(
    `/video/call/default/loopback/join?${new URLSearchParams({ api_key: apiKey })}`,
    { location: "auto", ...(migratingFrom !== undefined && { migrating_from: migratingFrom }) },
    { authorization: token, "stream-auth-type": "jwt" }
  )
  const { edge_name: edgeName, url, ws_endpoint: webSocketUrl } = credentials.server
  return { token: credentials.token, url, webSocketUrl, edgeName }
}

/** @typedef {{ readonly send: (request: stream.video.sfu.event.SfuRequest.$Properties) => void, readonly isOpen: () => boolean, readonly close: (code: number, reason: string) => void }} Link */

/**
 * A socket that has joined. `onEvent` hears everything but the join response, and only from then on.
 *
 * @param {string} url
 * @param {JoinRequest} joinRequest
 * @param {{ readonly onEvent: (event: SfuEvent, link: Link) => void, readonly onLost: (link: Link, code: number) => void }} handlers
 * @returns {Promise<{ readonly link: Link, readonly joined: JoinResponse }>}
 */
export const openLink = (url, joinRequest, { onEvent, onLost }) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.binaryType = "arraybuffer"
    let hasJoined = false
    let heardAt = 0
    /** @type {Array<ReturnType<typeof setTimeout>>} */
    const timers = []
    /** @type {Link} */
    const link = {
      send: (message) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(encode(message))
      },
      isOpen: () => socket.readyState === WebSocket.OPEN,
      close: (code, reason) => {
        timers.forEach(clearInterval)
        socket.close(code, reason)
      }
    }
    timers.push(setTimeout(() => hasJoined || fail(new Refused("the SFU does not answer", true)), patience))
    /** @type {(error: Error) => void} */
    const fail = (error) => {
      reject(error)
      link.close(4101, "join failed")
    }
    const keepAlive = () => {
      timers.push(setInterval(() => link.send({ healthCheckRequest: {} }), 5_000))
      timers.push(setInterval(() => {
        if (performance.now() - heardAt < 12_000) return
        link.close(4001, "no message for too long")
        onLost(link, 4001)
      }, 4_000))
    }
    socket.addEventListener("open", () => socket.send(encode({ joinRequest })))
    socket.addEventListener("close", ({ code }) => {
      timers.forEach(clearInterval)
      if (hasJoined) onLost(link, code)
      else reject(new Refused(`the SFU is not there (${code})`, true))
    })
    socket.addEventListener("message", ({ data }) => {
      heardAt = performance.now()
      const told = decode(data)
      if (told === undefined) return
      if (hasJoined || told.iceTrickle) return onEvent(told, link)
      if (told.error) {
        const { error } = told.error
        const isFinal = told.error.reconnectStrategy === Strategy.disconnect
        return fail(new Refused(error?.message ?? "the SFU refuses", !isFinal, error?.code ?? 0))
      }
      if (!told.joinResponse) return
      hasJoined = true
      keepAlive()
      resolve({ link, joined: told.joinResponse })
    })
  })

/** @type {(request: stream.video.sfu.event.SfuRequest.$Properties) => Uint8Array<ArrayBuffer>} */
const encode = (request) => new Uint8Array(event.SfuRequest.encode(request).finish())

/** Nothing, if it is none of ours: an unknown frame is no reason to leave. @type {(data: unknown) => SfuEvent | undefined} */
const decode = (data) => {
  if (!(data instanceof ArrayBuffer)) return undefined
  try {
    return event.SfuEvent.decode(new Uint8Array(data))
  } catch {
    return undefined
  }
}
