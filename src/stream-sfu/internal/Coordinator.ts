/**
 * Client of Stream's coordinator: requests to join a call, and receives the address of an SFU with a token for it (SFU
 * protocol, section 3).
 *
 * Sends one POST. Sends no location hint (`auto`), and does not open the coordinator's WebSocket, whose events are not
 * about media.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { SfuJoinError } from "../../edge/SfuClient.ts"
import * as Arguments from "../../internal/Arguments.ts"
import * as CoordinatorResponse from "./CoordinatorResponse.ts"
import * as Http from "./Http.ts"
import * as Redaction from "./Redaction.ts"
import type { SfuAccess } from "./SfuAccess.ts"

export interface Coordinator {
  /**
   * Joins the call. The coordinator chooses an SFU that is not in `avoidedSfus`, whose first element is the SFU that we
   * leave.
   */
  readonly join: (avoidedSfus: ReadonlyArray<string>) => Effect.Effect<SfuAccess, SfuJoinError>
}

const args = Arguments.forService("StreamCall")

/** Name and version, for `X-Stream-Client`. */
const clientName = "effect-track-resolver-0.1.0"

/** Error code for a token that has expired. */
const tokenExpired = 40

/** Omits the cause: it may contain the request, and with it the token. */
const unreachable = ({ reason }: HttpClientError.HttpClientError): SfuJoinError =>
  new SfuJoinError({
    reason: "Unreachable",
    detail: "no connection to the coordinator, or a broken one",
    shouldRetry: reason._tag !== "InvalidUrlError"
  })

const timedOut = (): SfuJoinError =>
  new SfuJoinError({ reason: "TimedOut", detail: "no response of the coordinator in time", shouldRetry: true })

/** One segment of a URL's path. An empty name, "." and ".." would change the path. */
const pathSegment = (argument: string, value: string): string => {
  if (value !== "" && value !== "." && value !== "..") return encodeURIComponent(value)
  throw Arguments.error("StreamCall", argument, "a name other than \"\", \".\" and \"..\"", value)
}

export const make = (options: {
  readonly client: HttpClient.HttpClient
  readonly baseUrl: string
  readonly apiKey: string
  readonly callType: string
  readonly callId: string
  readonly create: boolean
  readonly userToken: Effect.Effect<Redacted.Redacted, SfuJoinError>
  /** A longer response fails the join. */
  readonly maxResponseBytes: number
}): Coordinator => {
  const { apiKey, baseUrl, callId, callType, create } = options
  args.nonEmpty("apiKey", apiKey)
  const path = `call/${pathSegment("callType", callType)}/${pathSegment("callId", callId)}/join`
  const url = `${baseUrl.replace(/\/+$/, "")}/${path}`
  // Closes the connection with the scope of the request. A response that is not read to its end would keep it open.
  const client = HttpClient.withScope(options.client)

  const joinRequest = (token: string, avoidedSfus: ReadonlyArray<string>) =>
    HttpClientRequest.post(url, {
      urlParams: { api_key: apiKey },
      headers: {
        authorization: token,
        "stream-auth-type": "jwt",
        "x-stream-client": clientName
      },
      body: HttpBody.jsonUnsafe({
        location: "auto",
        ...(create ? { create } : {}),
        ...(avoidedSfus.length === 0 ? {} : { migrating_from: avoidedSfus[0], migrating_from_list: avoidedSfus })
      })
    })

  const send = (request: HttpClientRequest.HttpClientRequest) =>
    client.execute(request).pipe(
      Effect.flatMap((response) =>
        Effect.map(Http.body(response, options.maxResponseBytes), (body) => ({
          status: response.status,
          body: Http.text(body)
        }))
      ),
      Effect.mapError((error) =>
        error === "TooLong" ? CoordinatorResponse.invalid("the response is too long") : unreachable(error)
      ),
      Effect.scoped,
      Effect.timeoutOrElse({ duration: "5 seconds", orElse: () => Effect.fail(timedOut()) })
    )

  const join = Effect.fnUntraced(function*(avoidedSfus: ReadonlyArray<string>) {
    const token = yield* options.userToken
    if (!Http.isToken(Redacted.value(token))) {
      return yield* new SfuJoinError({
        reason: "Refused",
        detail: "the user's token cannot be a header",
        shouldRetry: false
      })
    }
    const { body, status } = yield* send(joinRequest(Redacted.value(token), avoidedSfus))
    return yield* Effect.fromResult(CoordinatorResponse.decode(status, body, Redaction.make(token)))
  })

  return {
    join: (avoidedSfus) =>
      Effect.catchIf(join(avoidedSfus), ({ code }) => code === tokenExpired, () => join(avoidedSfus))
  }
}
