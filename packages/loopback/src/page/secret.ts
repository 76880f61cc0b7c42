/**
 * The secret in the page's address: everything after the #. The tab keeps it, so that it can be reloaded, and the address
 * bar and the history lose it.
 */

const key = "secret"

/** Undefined: the page was opened without it, and gets no token. */
export const takeSecret = (): string | undefined => {
  const given = location.hash.slice(1)
  if (given !== "") {
    sessionStorage.setItem(key, given)
    history.replaceState(history.state, "", location.pathname + location.search)
  }
  return sessionStorage.getItem(key) ?? undefined
}
