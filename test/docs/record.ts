import { NodeFileSystem } from "@effect/platform-node"
import { FileSystem, Layer } from "effect"
import { StreamEdge, Trace } from "effect-track-resolver"

const Recorder = Trace.layer({
  write: (lines, trace) => FileSystem.FileSystem.use((fs) => fs.writeFileString(`${trace}.jsonl`, lines, { flag: "a" }))
}).pipe(Layer.provide(NodeFileSystem.layer))

export const RecordedEdge = StreamEdge.layer().pipe(Layer.provide(Recorder))
