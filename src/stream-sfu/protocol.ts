/**
 * The messages of Stream's SFU protocol, compiled from `schema/` by `npm run schema`: for whoever implements the other
 * side of the wire, as a test SFU does.
 *
 * @since 0.1.0
 */
export { stream } from "./generated/sfu.js"

/**
 * Where the compiled module is, for a server that hands it to a browser.
 *
 * @category constants
 * @since 0.1.0
 */
export const moduleUrl: URL = new URL("./generated/sfu.js", import.meta.url)
