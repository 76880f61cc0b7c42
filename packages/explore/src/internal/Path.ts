/**
 * The choices of one schedule, wherever there was one: the whole of what chance or a search decided about it. Zero is
 * what the stock runtime would have done.
 */
export interface Path {
  readonly choices: Array<number>
  /** Among how many, each time. */
  readonly arities: Array<number>
  /** Whether the first of them was a fiber that could have gone on, so that any other choice preempts it. */
  readonly canGoOn: Array<boolean>
}

export const empty = (): Path => ({ choices: [], arities: [], canGoOn: [] })

/** Without the zeros at its end: past its end a schedule goes on as the stock runtime would. */
export const trim = (choices: ReadonlyArray<number>): ReadonlyArray<number> =>
  choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1)

export const preemptions = (path: Path): number =>
  path.choices.reduce((count, choice, at) => count + (choice !== 0 && path.canGoOn[at] === true ? 1 : 0), 0)

/** How far it strays from the stock order: to take the third in line delays two. */
export const delays = (choices: ReadonlyArray<number>): number => choices.reduce((sum, choice) => sum + choice, 0)

/** Two paths are the same interleaving, if and (but for one pair in 10^13) only if they have the same hash. */
export const hash = (choices: ReadonlyArray<number>): number => {
  let high = 0x811c9dc5
  let low = 0x9747b28c
  for (const choice of trim(choices)) {
    high = Math.imul(high ^ (choice + 1), 0x01000193)
    low = Math.imul(low ^ (choice + 1), 0x5bd1e995) ^ (low >>> 15)
  }
  return (high >>> 0) * 0x200000 + ((low ^ (low >>> 13)) >>> 11)
}

// --- Tokens -----------------------------------------------------------------------------------------------------------

export type Time = "idle" | "race"

const prefixes: { readonly [time in Time]: string } = { idle: "x1", race: "x1r" }

/**
 * `x1-3`: at the fourth choice the first alternative, and otherwise what the stock runtime does. `x1r-3.2-0`: with racing
 * timers, at the fourth the second, at the fifth the first. Numbers are in base 36.
 */
export const toToken = (choices: ReadonlyArray<number>, time: Time): string => {
  const parts = [prefixes[time]]
  let skipped = 0
  for (const choice of choices) {
    if (choice === 0) skipped++
    else {
      parts.push(skipped.toString(36) + (choice === 1 ? "" : `.${choice.toString(36)}`))
      skipped = 0
    }
  }
  return parts.join("-")
}

export const fromToken = (token: string): { readonly choices: ReadonlyArray<number>; readonly time: Time } => {
  if (!/^x1r?(-[0-9a-z]+(\.[0-9a-z]+)?)*$/.test(token)) {
    throw new TypeError(`Explore: token must be a token of a schedule, got "${token}"`)
  }
  const [prefix, ...parts] = token.split("-")
  const choices = parts.flatMap((part) => {
    const [skipped, choice = "1"] = part.split(".")
    return [...Array.from({ length: Number.parseInt(skipped!, 36) }, () => 0), Number.parseInt(choice, 36)]
  })
  return { choices, time: prefix === prefixes.race ? "race" : "idle" }
}
