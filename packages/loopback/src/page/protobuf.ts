// protobuf.js for browsers is a script that sets a global; the generated codec imports a module.
// @ts-expect-error -- the server provides this file
import "./protobuf.min.js"

export default (globalThis as unknown as { readonly protobuf: unknown }).protobuf
