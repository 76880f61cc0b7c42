/**
 * Our role in the DTLS handshake (`a=setup` of the answer, RFC 8842, section 5.3; RFC 4145, section 4).
 *
 * | the offer        | no association yet | we are active | we are passive |
 * | ---------------- | ------------------ | ------------- | -------------- |
 * | `setup:actpass`  | `active`           | `active`      | `passive`      |
 * | `setup:passive`  | `active`           | `active`      | fails          |
 * | `setup:active`   | `passive`          | fails         | `passive`      |
 *
 * Any other value fails, also `holdconn`, and so does its absence: RFC 8842 requires one. An association keeps its roles,
 * so an offer that exchanges them requires a new one, which werift does not make on the same transport.
 *
 * The fault: werift answers `active` to `active`, and then both sides wait for the other or both begin. Noticed by
 * `test/werift/setup.test.ts`.
 */
import type { RTCPeerConnection } from "werift"

/** Call it between the remote offer and the answer. Throws if the offer contradicts the role of an association. */
export const choose = ({ dtlsTransports }: RTCPeerConnection): void => {
  for (const transport of dtlsTransports) {
    const offered = transport["remoteParameters"]?.role
    if (offered === undefined || offered === "auto") continue
    const role = offered === "client" ? "server" : "client"
    if (transport.state === "new") transport.role = role
    else if (transport.role !== role) {
      const [setup, ours] = offered === "client" ? ["active", "client"] : ["passive", "server"]
      throw new Error(`setup:${setup}, but this side is the DTLS ${ours} since an earlier offer`)
    }
  }
}
