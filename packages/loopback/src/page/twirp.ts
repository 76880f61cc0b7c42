/**
 * Requests to the SFU: Twirp with protobuf bodies.
 */
import { stream } from "sfu"
import { type Credentials, Refused, requestTimeout } from "./protocol.ts"
import { retryInterval, sleep } from "./retry.ts"

const { models, signal } = stream.video.sfu

/** The session that sends the request. `signal` aborts when the session ends. */
export interface Caller {
  readonly credentials: Credentials
  readonly sessionId: string
  readonly signal: AbortSignal
}

type Method = "SetPublisher" | "SendAnswer" | "IceTrickle" | "UpdateSubscriptions" | "UpdateMuteStates" | "IceRestart"

// oxlint-disable-next-line typescript/no-explicit-any -- the generated messages have no common type
type Message = any

const methods: { readonly [method in Method]: readonly [request: Message, response: Message, attempts: number] } = {
  SetPublisher: [signal.SetPublisherRequest, signal.SetPublisherResponse, 3],
  SendAnswer: [signal.SendAnswerRequest, signal.SendAnswerResponse, 3],
  IceTrickle: [models.ICETrickle, signal.ICETrickleResponse, 5],
  UpdateSubscriptions: [signal.UpdateSubscriptionsRequest, signal.UpdateSubscriptionsResponse, 5],
  UpdateMuteStates: [signal.UpdateMuteStatesRequest, signal.UpdateMuteStatesResponse, 5],
  IceRestart: [signal.ICERestartRequest, signal.ICERestartResponse, 5]
}

const isTransient = (status: number): boolean => [408, 429].includes(status) || status >= 500

const post = async (
  method: Method,
  body: BodyInit,
  { credentials: { token, url }, signal }: Caller
): Promise<Uint8Array> => {
  const response = await fetch(`${url}/stream.video.sfu.signal.SignalServer/${method}`, {
    method: "POST",
    headers: { "content-type": "application/protobuf", authorization: `Bearer ${token}` },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeout)])
  })
  if (!response.ok) throw new Refused(await response.text(), isTransient(response.status))
  return new Uint8Array(await response.arrayBuffer())
}

/** Sends a request, and retries it if the failure may be temporary. Rejects at once when the caller's session ends. */
export const request = (method: Method, message: Record<string, unknown>, caller: Caller): Promise<Message> => {
  const [question, answer, attempts] = methods[method]
  const body = question.encode({ ...message, sessionId: caller.sessionId }).finish()
  const send = async (attempt: number): Promise<Message> => {
    try {
      const { error, ...rest } = answer.decode(await post(method, body, caller))
      if (error?.code) throw new Refused(error.message ?? "refused", error.shouldRetry ?? false, error.code)
      return rest
    } catch (cause) {
      caller.signal.throwIfAborted()
      if (attempt === attempts || (cause instanceof Refused && !cause.shouldRetry)) throw cause
    }
    await sleep(retryInterval(attempt), caller.signal)
    return send(attempt + 1)
  }
  return send(1)
}
