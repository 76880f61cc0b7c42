/**
 * Requests to the coordinator: which SFU to join.
 */
import { type Credentials, Refused, requestTimeout } from "./protocol.ts"

interface TokenResponse {
  readonly apiKey: string
  readonly token: string
}

interface JoinCallResponse {
  readonly credentials: {
    readonly token: string
    readonly server: { readonly edge_name: string; readonly url: string; readonly ws_endpoint: string }
  }
}

const postJson = async <A>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<A> => {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(requestTimeout)
  })
  const answer = await response.json()
  if (!response.ok) throw new Refused(answer.message ?? "this name was refused", response.status >= 500)
  return answer
}

/** `secret` of the page's address. Requests an SFU other than `migratingFrom`, if the call has another. */
export const joinCall = async (
  userId: string,
  secret: string,
  migratingFrom: string | undefined
): Promise<Credentials> => {
  const { apiKey, token } = await postJson<TokenResponse>(
    "/page/token",
    { userId },
    // Another origin cannot send this header without asking, and the server refuses it then.
    { authorization: `Bearer ${secret}` }
  )
  const { credentials } = await postJson<JoinCallResponse>(
    `/video/call/default/loopback/join?${new URLSearchParams({ api_key: apiKey })}`,
    { location: "auto", ...(migratingFrom !== undefined && { migrating_from: migratingFrom }) },
    { authorization: token, "stream-auth-type": "jwt" }
  )
  const { edge_name: edgeName, url, ws_endpoint: webSocketUrl } = credentials.server
  return { token: credentials.token, url, webSocketUrl, edgeName }
}
