/**
 * Stream's coordinator: asked for a place in a call, it names an SFU and gives what lets us in there.
 *
 * One POST and its answer. Where a place is, is left to the coordinator: no location hint is asked for (`auto`), and its
 * WebSocket, which tells of the call and not of media, is not opened.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Grants } from "../edge/SfuClient.ts"
import { SfuJoinError } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as Http from "./Http.ts"
import * as Wording from "./Redaction.ts"
import type * as Session from "./Session.ts"

/** The call, and who we are in it. */
export interface Place {
  readonly baseUrl: string
  readonly apiKey: string
  readonly callType: string
  readonly callId: string
  readonly create: boolean
}

/** As `X-Stream-Client` has it: name and version. */
const clientName = "effect-track-resolver-0.1.0"

const expired = 40

const nullish = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

const Joined = Schema.fromJsonString(Schema.Struct({
  own_capabilities: nullish(Schema.Array(Schema.String)),
  credentials: Schema.Struct({
    token: Schema.String.check(Schema.makeFilter(Http.isToken)),
    server: Schema.Struct({
      edge_name: nullish(Schema.String),
      url: Schema.NonEmptyString,
      ws_endpoint: Schema.NonEmptyString
    }),
    ice_servers: nullish(Schema.Array(Schema.Struct({
      urls: Schema.Array(Schema.String),
      username: nullish(Schema.String),
      password: nullish(Schema.String)
    })))
  })
}))

const decodeJoined = Schema.decodeUnknownResult(Joined)

const Refusal = Schema.fromJsonString(Schema.Struct({
  code: nullish(Schema.Int),
  message: nullish(Schema.String),
  unrecoverable: nullish(Schema.Boolean)
}))

const decodeRefusal = Schema.decodeUnknownResult(Refusal)

const grantsOf = (capabilities: ReadonlyArray<string>): Grants => ({
  audio: capabilities.includes("send-audio"),
  video: capabilities.includes("send-video"),
  screenShare: capabilities.includes("screenshare")
})

const accessOf = ({ credentials, own_capabilities }: typeof Joined.Type): Session.Access => ({
  url: credentials.server.url,
  webSocketUrl: credentials.server.ws_endpoint,
  token: Redacted.make(credentials.token),
  iceServers: (credentials.ice_servers ?? []).map(({ password, urls, username }) => ({
    urls,
    ...(username ? { username } : {}),
    ...(password ? { credential: Redacted.make(password) } : {})
  })),
  ...(credentials.server.edge_name ? { sfuId: credentials.server.edge_name } : {}),
  ...(own_capabilities ? { grants: grantsOf(own_capabilities) } : {})
})

const refused = (status: number, body: string, wording: Wording.Wording): SfuJoinError => {
  const refusal = Result.getOrElse(decodeRefusal(body), (): typeof Refusal.Type => ({}))
  return new SfuJoinError({
    reason: "Refused",
    ...(typeof refusal.code === "number" ? { code: refusal.code } : {}),
    detail: `the coordinator: ${refusal.message ? wording(refusal.message) : `HTTP ${status}`}`,
    shouldRetry: refusal.unrecoverable !== true && Http.mayPass(status)
  })
}

const unreadable = (detail: string): SfuJoinError =>
  new SfuJoinError({ reason: "Refused", detail: `the coordinator: ${detail}`, shouldRetry: false })

/** Says nothing of the cause, which may hold the request, and that the token. */
const notReached = ({ reason }: HttpClientError.HttpClientError): SfuJoinError =>
  new SfuJoinError({
    reason: "Unreachable",
    detail: "the coordinator could not be reached, or broke off",
    shouldRetry: reason._tag !== "InvalidUrlError"
  })

/** In a URL of ours: a name that is a path would lead elsewhere. */
const segment = (name: string, input: string): string => {
  if (input !== "" && input !== "." && input !== "..") return encodeURIComponent(input)
  throw Arguments.error("StreamCall", name, "a name other than \"\", \".\" and \"..\"", input)
}

export const make = (options: {
  readonly client: HttpClient.HttpClient
  readonly place: Place
  readonly userToken: Effect.Effect<Redacted.Redacted, SfuJoinError>
  readonly limit: number
}) => {
  const { apiKey, baseUrl, callId, callType, create } = options.place
  if (apiKey === "") throw Arguments.error("StreamCall", "apiKey", "a non-empty string", apiKey)
  const path = `call/${segment("callType", callType)}/${segment("callId", callId)}/join`
  const url = `${baseUrl.replace(/\/+$/, "")}/${path}`
  // Ties the connection to the scope of the request: an answer that is not read to its end would hold it.
  const client = HttpClient.withScope(options.client)

  const ask = Effect.fnUntraced(function*(avoided: ReadonlyArray<string>) {
    const token = yield* options.userToken
    if (!Http.isToken(Redacted.value(token))) {
      return yield* new SfuJoinError({
        reason: "Refused",
        detail: "the user's token cannot be a header",
        shouldRetry: false
      })
    }
    const request = HttpClientRequest.post(url, {
      urlParams: { api_key: apiKey },
      headers: {
        authorization: Redacted.value(token),
        "stream-auth-type": "jwt",
        "x-stream-client": clientName
      },
      body: HttpBody.jsonUnsafe({
        location: "auto",
        ...(create ? { create } : {}),
        ...(avoided.length === 0 ? {} : { migrating_from: avoided[0], migrating_from_list: avoided })
      })
    })
    const answer = client.execute(request).pipe(
      Effect.flatMap((response) =>
        Effect.map(
          Http.body(response, options.limit),
          (body) => [response.status, Http.text(body)] as const
        )
      ),
      Effect.mapError((error) => error === "TooLong" ? unreadable("too long an answer") : notReached(error)),
      Effect.scoped,
      Effect.timeoutOrElse({
        duration: "5 seconds",
        orElse: () =>
          Effect.fail(
            new SfuJoinError({
              reason: "TimedOut",
              detail: "the coordinator did not answer in time",
              shouldRetry: true
            })
          )
      })
    )
    const [status, body] = yield* answer
    if (status < 200 || status > 299) return yield* refused(status, body, Wording.make(token))
    const joined = decodeJoined(body)
    // What was wrong with it might quote it.
    return Result.isSuccess(joined) ? accessOf(joined.success) : yield* unreadable("no answer that it could give")
  })

  return {
    /** A place on an SFU that is none of these, of which the first is the one that we leave. */
    join: (avoided: ReadonlyArray<string>): Effect.Effect<Session.Access, SfuJoinError> =>
      Effect.catchIf(ask(avoided), ({ code }) => code === expired, () => ask(avoided))
  }
}
