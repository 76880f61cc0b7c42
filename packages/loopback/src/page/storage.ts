/**
 * The state that a tab keeps when it is reloaded.
 */

export interface Stay {
  readonly userId: string
  readonly sessionId?: string
  readonly unifiedSessionId?: string
  readonly types: ReadonlyArray<"Audio" | "Video">
}

const key = "stay"

export const readStay = (): Stay | undefined => JSON.parse(sessionStorage.getItem(key) ?? "null") ?? undefined

export const writeStay = (stay: Stay): void => sessionStorage.setItem(key, JSON.stringify(stay))

export const clearStay = (): void => sessionStorage.removeItem(key)
