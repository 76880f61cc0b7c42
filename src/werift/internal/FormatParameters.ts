/**
 * The format parameters of a codec, as `a=fmtp` has them (RFC 8866, section 6.15). Pure.
 *
 * The list of `name=value` pairs with `;` in between is what the payload formats of RTP define (RFC 4855, section 3).
 */
export type FormatParameters = { readonly [name: string]: string }

/** The parameters of a payload type after these, in the order of the line, are ignored. */
export const maxParameters = 64

/**
 * `text` is what follows the payload type. Names are compared without regard to case (RFC 6838, section 4.3), so they are
 * in lower case here. A part without `=` is a name whose value is empty, e.g. `0-15` of `telephone-event`. Of a name that
 * is repeated, the first value counts.
 */
export const parse = (text: string | undefined): FormatParameters => {
  const parameters = new Map<string, string>()
  for (const part of (text ?? "").split(";", maxParameters)) {
    const [name = "", ...values] = part.split("=")
    const key = name.trim().toLowerCase()
    if (key !== "" && !parameters.has(key)) parameters.set(key, values.join("=").trim())
  }
  return Object.fromEntries(parameters)
}
