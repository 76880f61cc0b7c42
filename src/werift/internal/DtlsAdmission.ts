/**
 * Which records of DTLS 1.2 (RFC 6347, section 4.1) a connection reads in which state. Pure.
 */
import type { DtlsRecord } from "./DtlsMessage.ts"

/** What is done with a record. */
export type Treatment =
  /** It is part of the handshake, which checks it itself. */
  | "Pass"
  /** It is passed if it decrypts, and contains the `Finished` that the remote side repeats (RFC 6347, section 4.2.4). */
  | "PassFinished"
  /** It is passed if it decrypts. */
  | "PassDecrypted"
  /** It ends the connection if it decrypts, and is fatal or a close_notify. */
  | "Alert"

export const types = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const

/** By state, content type and epoch. A record that is not in the table is dropped. */
const treatments: { readonly [key: string]: Treatment } = {
  "connecting 20 0": "Pass",
  "connecting 22 0": "Pass",
  "connecting 22 1": "Pass",
  // An alert in the clear says nothing: anybody can send it (RFC 6347, section 4.1.2.7).
  "connecting 21 1": "Alert",
  "connected 21 1": "Alert",
  // The only part of the last flight that proves who sent it. To the rest of that flight the answer would be the same.
  "connected 22 1": "PassFinished",
  "connected 23 1": "PassDecrypted"
}

/** The message type `Finished`, which is encrypted (RFC 5246, section 7.4.9). */
const finished = 20

export const treatmentOf = (state: "connecting" | "connected", record: DtlsRecord): Treatment | undefined =>
  record.type === types.handshake && record.epoch === 0 && record.fragment[0] === finished
    ? undefined
    : treatments[`${state} ${record.type} ${record.epoch}`]

export const isFinished = (decrypted: Uint8Array): boolean => decrypted[0] === finished

const fatal = 2
const closeNotify = 0

/** Whether an alert ends the connection (RFC 5246, section 7.2). */
export const isEnd = (alert: Uint8Array): boolean =>
  alert.length === 2 && (alert[0] === fatal || alert[1] === closeNotify)

/** 2^14 bytes of content, and what encryption may add. */
const maxFragment = 0x4000 + 2_048

/** Flights of several records share a datagram. The longest has ten. */
export const maxRecords = 32

/** Whether it is a record of DTLS 1.0 to 1.2, of a known type, and not empty. */
export const isKnown = ({ fragment, type, version }: DtlsRecord): boolean =>
  type >= types.changeCipherSpec && type <= types.applicationData && (version === 0xfeff || version === 0xfefd)
  && fragment.length > 0 && fragment.length <= maxFragment
