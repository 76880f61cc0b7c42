/**
 * Where an SFU is, and what it requires of a client that joins.
 */
import type * as Redacted from "effect/Redacted"
import type { IceServer } from "../../edge/PeerConnection.ts"
import type { Grants } from "../../edge/SfuClient.ts"

export interface SfuAccess {
  /** Root of the Twirp service. */
  readonly url: string
  readonly webSocketUrl: string
  /** Of the SFU, not of the user. */
  readonly token: Redacted.Redacted
  readonly iceServers: ReadonlyArray<IceServer>
  /** The coordinator's name of the SFU (`edge_name`). Absent if no coordinator named it. */
  readonly sfuId?: string | undefined
  /** Secrets besides `token` and the credentials of the ICE servers, which the SFU might send. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted> | undefined
  /** Absent if unknown. */
  readonly grants?: Grants | undefined
}
