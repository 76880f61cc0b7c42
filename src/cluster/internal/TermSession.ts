/**
 * The session ids of an agent contain the term of its owner, so that an agent sees a newer one of its own call. Pure.
 */
export const prefixOf = (term: number): string => `t${term}-`

/** Undefined: the session is not one of an agent. */
export const termOf = (sessionId: string): number | undefined => {
  const digits = /^t([1-9]\d{0,14})-/.exec(sessionId)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
