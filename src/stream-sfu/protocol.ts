/**
 * The messages of Stream's SFU protocol, compiled from `schema/` by `npm run schema`. For programs that implement the
 * server side of the protocol, such as a test SFU.
 *
 * @stability experimental
 * @since 0.1.0
 */
import "../internal/SupportedNode.ts"

export { stream } from "./generated/sfu.js"

/**
 * URL of the compiled module, for a server that sends it to a browser.
 *
 * @stability experimental
 * @category constants
 * @since 0.1.0
 */
export const moduleUrl: URL = new URL("./generated/sfu.js", import.meta.url)
