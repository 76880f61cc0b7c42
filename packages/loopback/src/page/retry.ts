/**
 * Pauses between attempts.
 */

/** If the signal aborts first, rejects with the signal's reason. */
export const sleep = (millis: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const timer = setTimeout(resolve, millis)
    signal?.addEventListener("abort", () => {
      clearTimeout(timer)
      reject(signal.reason)
    }, { once: true })
  })

/** The pause before the n-th repetition, in milliseconds: random, from a range that grows. */
export const retryInterval = (n: number): number => {
  const least = Math.min(Math.max(250, (n - 1) * 2_000), 5_000)
  return least + Math.random() * (Math.min(500 + n * 2_000, 5_000) - least)
}
