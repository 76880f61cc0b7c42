/**
 * An SDP (RFC 8866) as lines. Pure.
 */
/** Without line ends. */
export type Lines = ReadonlyArray<string>

/** The lines of the session (first) and of each m-line. Blanks at the ends of lines and empty lines are removed. */
export const sectionsOf = (sdp: string): ReadonlyArray<Lines> => {
  const sections: Array<Array<string>> = [[]]
  for (const text of sdp.split(/\r\n|\r|\n/)) {
    const line = text.trimEnd()
    if (line === "") continue
    if (line.startsWith("m=")) sections.push([])
    sections.at(-1)!.push(line)
  }
  return sections
}

export const join = (sections: ReadonlyArray<Lines>): string => sections.flat().join("\r\n") + "\r\n"

/** The value of the first `a=<attribute>:` line. `undefined` if there is none, or if it is empty. */
export const valueOf = (lines: Lines, attribute: string): string | undefined => {
  const start = `a=${attribute}:`
  return lines.find((line) => line.startsWith(start))?.slice(start.length) || undefined
}

/** The first line is the m-line's `m=` line. */
export const hasPortZero = ([line = ""]: Lines): boolean => /^m=\S+ 0(\/\d+)? /.test(line)

/** The mids of each BUNDLE group of a session (RFC 8843). */
export const bundles = (session: Lines): ReadonlyArray<ReadonlyArray<string>> =>
  session.filter((line) => line.startsWith("a=group:BUNDLE ")).map((line) => line.split(" ").slice(1))
