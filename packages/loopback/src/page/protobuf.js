// protobuf.js comes to browsers as a script that leaves a global behind; the generated codec imports a module.
// @ts-expect-error -- is there on the server
import "./protobuf.min.js"

export default globalThis.protobuf
