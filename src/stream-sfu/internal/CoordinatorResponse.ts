/**
 * Decodes the coordinator's response to a join (SFU protocol, section 3). Pure.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Grants, SfuJoinError } from "../../edge/SfuClient.ts"
import type { Answer } from "./CoordinatorClient.ts"
import * as CoordinatorRefusal from "./CoordinatorRefusal.ts"
import { nullish } from "./CoordinatorRefusal.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Http from "./Http.ts"
import * as Redaction from "./Redaction.ts"
import type { SfuAccess } from "./SfuAccess.ts"

const Success = Schema.fromJsonString(Schema.Struct({
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

const decodeSuccess = Schema.decodeUnknownResult(Success)

const grantsOf = (capabilities: ReadonlyArray<string>): Grants => ({
  audio: capabilities.includes("send-audio"),
  video: capabilities.includes("send-video"),
  screenShare: capabilities.includes("screenshare")
})

/** What is shown or logged is masked; the addresses and the credentials are not, because they have to work. */
const accessOf = ({ credentials, own_capabilities }: typeof Success.Type, { secrets }: Answer): SfuAccess => {
  const { server } = credentials
  const token = Redacted.make(credentials.token)
  const iceServers = (credentials.ice_servers ?? []).map(({ password, urls, username }) => ({
    urls,
    ...(username ? { username } : {}),
    ...(password ? { credential: Redacted.make(password) } : {})
  }))
  const redact = Redaction.make(...secrets, token, ...iceServers.flatMap(({ credential }) => credential ?? []))
  return {
    url: server.url,
    webSocketUrl: server.ws_endpoint,
    token,
    secrets,
    iceServers: iceServers.map((one) => ({ ...one, urls: redact.data(one.urls) })),
    ...(server.edge_name ? { sfuId: redact.data(server.edge_name) } : {}),
    ...(own_capabilities ? { grants: grantsOf(own_capabilities) } : {})
  }
}

/** Refuses an SFU without TLS that a coordinator with TLS names. */
const secured = (
  access: SfuAccess,
  { endpoint, redact }: Answer
): Result.Result<SfuAccess, SfuJoinError> => {
  const detail = Endpoint.downgrade(Endpoint.webSocket(access.webSocketUrl), endpoint.url)
    ?? Endpoint.downgrade(Endpoint.twirp(access.url), endpoint.url)
  return detail === undefined
    ? Result.succeed(access)
    : Result.fail(new SfuJoinError({ reason: "Refused", detail: redact.data(detail), shouldRetry: false }))
}

export const decode = (answer: Answer): Result.Result<SfuAccess, SfuJoinError> => {
  const { body, endpoint, status } = answer
  if (status < 200 || status > 299) {
    return Result.fail(new SfuJoinError({ reason: "Refused", ...CoordinatorRefusal.of(answer) }))
  }
  return decodeSuccess(body).pipe(
    Result.map((response) => accessOf(response, answer)),
    // Without the issue: it may quote the body, and with it a secret.
    Result.mapError(() =>
      new SfuJoinError({ reason: "Refused", detail: Endpoint.wrongBody(endpoint), shouldRetry: false })
    ),
    Result.flatMap((access) => secured(access, answer))
  )
}
