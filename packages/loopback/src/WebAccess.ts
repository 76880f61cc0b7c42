/**
 * Whether a request may have been made by a page of another website. Such a page can send requests to 127.0.0.1: simple ones
 * without asking (CSRF), any under a name of its own that it resolves to 127.0.0.1 (DNS rebinding), and the handshake of a
 * WebSocket, to which the same-origin policy does not apply (RFC 6455, section 10.2). The browser writes `Host`, `Origin`
 * and `Sec-Fetch-*`, and no page can change them. Pure.
 */

/** In lower case. */
export interface WebAccess {
  /** What `Host` may be: `127.0.0.1:4000` and `localhost:4000`. */
  readonly hosts: ReadonlySet<string>
  /** What `Origin` may be: the origins of those hosts, and those that were allowed by name. */
  readonly origins: ReadonlySet<string>
}

/** Names that no rebinding can give to a page: the address itself, and the one name that is always loopback (RFC 6761). */
const namesOf = (host: string): ReadonlyArray<string> => [host, "localhost"]

export const make = (host: string, port: number, allowedOrigins: ReadonlyArray<string>): WebAccess => {
  const hosts = namesOf(host).flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])
  return {
    hosts: new Set(hosts),
    origins: new Set([...namesOf(host).map((name) => new URL(`http://${name}:${port}`).origin), ...allowedOrigins])
  }
}

/** Whether a text is an origin as a browser writes it: scheme, host and port, and not `null`, which any page can have. */
export const isOrigin = (text: unknown): text is string =>
  typeof text === "string" && URL.canParse(text) && new URL(text).origin === text && text !== "null"

/**
 * Why a request is refused. `Target`: it names its server in the request line, as to a proxy. `Host`: not this server,
 * missing, or more than one. `Origin`: a page of another origin. `Site`: a page of another site loads this as a part of
 * itself, such as an image, a script or a frame, without an `Origin`.
 */
export type Refusal = "Target" | "Host" | "Origin" | "Site"

export interface ReceivedRequest {
  /** Of the request line. */
  readonly target: string
  readonly method: string
  /** By name in lower case: each value as it was received. */
  readonly headers: { readonly [name in string]?: ReadonlyArray<string> | undefined }
}

/** Following a link from another site opens the page in a tab of its own, which the other site cannot read. */
const isNavigation = ({ headers, method }: ReceivedRequest): boolean =>
  method === "GET" && headers["sec-fetch-mode"]?.[0] === "navigate" && headers["sec-fetch-dest"]?.[0] === "document"

/** Undefined: no page of another website has made the request. Clients other than browsers send no `Origin`. */
export const refusalOf = ({ hosts, origins }: WebAccess, request: ReceivedRequest): Refusal | undefined => {
  const { headers, target } = request
  if (!target.startsWith("/")) return "Target"
  const [host, ...otherHosts] = headers["host"] ?? []
  if (host === undefined || otherHosts.length > 0 || !hosts.has(host.toLowerCase())) return "Host"
  const origin = headers["origin"]
  if (origin !== undefined) return origin.length === 1 && origins.has(origin[0]!) ? undefined : "Origin"
  const site = headers["sec-fetch-site"]?.[0] ?? "none"
  return site === "none" || site === "same-origin" || isNavigation(request) ? undefined : "Site"
}
