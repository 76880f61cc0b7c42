/**
 * Why a connection failed, as the platform reports it: an error code, or the HTTP status of the response to a WebSocket's
 * handshake. Reads neither from a text that may quote a URL.
 */

export interface Evidence {
  /** For example `ECONNREFUSED`. */
  readonly code?: string | undefined
  readonly status?: number | undefined
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** The field of an object that a platform made. Never throws. */
const field = (value: unknown, name: string): unknown => isObject(value) ? Reflect.get(value, name) : undefined

export const parserError = "HTTPParserError"

/** How many errors of a chain are read. */
const maxDepth = 8

/** `ws` reports the status in its message only. */
const statusOf = (message: unknown): number | undefined => {
  const status = typeof message === "string" ? /^Unexpected server response: (\d{3})$/.exec(message)?.[1] : undefined
  return status === undefined ? undefined : Number(status)
}

/** The first code or status in an error event, in an error, in its causes, or in the errors of an `AggregateError`. */
export const ofCause = (cause: unknown, depth = 0): Evidence => {
  if (depth > maxDepth || !isObject(cause)) return {}
  const code = field(cause, "code")
  if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)) return { code }
  // The error of undici's parser, whose code is absent in Node.
  if (field(cause, "name") === parserError) return { code: parserError }
  const status = statusOf(field(cause, "message"))
  if (status !== undefined) return { status }
  const errors = field(cause, "errors")
  const inner = [field(cause, "error"), field(cause, "cause"), ...(Array.isArray(errors) ? errors : [])]
  for (const one of inner) {
    const evidence = ofCause(one, depth + 1)
    if (evidence.code !== undefined || evidence.status !== undefined) return evidence
  }
  return {}
}
