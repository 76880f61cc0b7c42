/**
 * Decodes the coordinator's response to a join (SFU protocol, section 3). Pure.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Grants, SfuJoinError } from "../../edge/SfuClient.ts"
import * as Http from "./Http.ts"
import type { Redact } from "./Redaction.ts"
import type { SfuAccess } from "./SfuAccess.ts"

const nullish = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

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

const Failure = Schema.fromJsonString(Schema.Struct({
  code: nullish(Schema.Int),
  message: nullish(Schema.String),
  unrecoverable: nullish(Schema.Boolean)
}))

const decodeFailure = Schema.decodeUnknownResult(Failure)

const grantsOf = (capabilities: ReadonlyArray<string>): Grants => ({
  audio: capabilities.includes("send-audio"),
  video: capabilities.includes("send-video"),
  screenShare: capabilities.includes("screenshare")
})

const accessOf = ({ credentials, own_capabilities }: typeof Success.Type): SfuAccess => ({
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

const refused = (status: number, body: string, redact: Redact): SfuJoinError => {
  const { code, message, unrecoverable } = Result.getOrElse(decodeFailure(body), (): typeof Failure.Type => ({}))
  return new SfuJoinError({
    reason: "Refused",
    ...(typeof code === "number" ? { code } : {}),
    detail: `the coordinator: ${message ? redact(message) : `HTTP ${status}`}`,
    shouldRetry: unrecoverable !== true && Http.isTransient(status)
  })
}

export const invalid = (detail: string): SfuJoinError =>
  new SfuJoinError({ reason: "Refused", detail: `the coordinator: ${detail}`, shouldRetry: false })

/** `redact` has to remove the user's token, which the coordinator may echo. */
export const decode = (status: number, body: string, redact: Redact): Result.Result<SfuAccess, SfuJoinError> => {
  if (status < 200 || status > 299) return Result.fail(refused(status, body, redact))
  return decodeSuccess(body).pipe(
    Result.map(accessOf),
    // Without the issue: it may quote the body, and with it a secret.
    Result.mapError(() => invalid("invalid response"))
  )
}
