import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { StreamEdge, Trace } from "effect-track-resolver"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"

const Recorder = Trace.layer({
  write: (lines, trace) => FileSystem.FileSystem.use((fs) => fs.writeFileString(`${trace}.jsonl`, lines, { flag: "a" }))
}).pipe(Layer.provide(NodeFileSystem.layer))

export const RecordedEdge = StreamEdge.layer().pipe(Layer.provide(Recorder))
