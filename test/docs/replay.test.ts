import { Trace } from "effect-track-resolver"
import * as Result from "effect/Result"
import { expect, test } from "vitest"

const trace = `
{"version":1,"ids":"hashed","policy":{"timeToLive":60000,"capacity":99,"sessionMigration":"never","anonymousTracks":"unique"}}
{"at":1000,"command":{"_tag":"Register","track":{"trackId":"track-Pq","kind":"video"}}}
{"at":1001,"command":{"_tag":"Register","track":{"trackId":"track-x9","kind":"video"}}}
{"at":1500,"command":{"_tag":"Resolve","key":{"userId":"user-w0","sessionId":"session-Fk","trackType":"Video"}}}
{"at":2000,"command":{"_tag":"Retire","trackId":"track-x9"}}
{"at":2100,"command":{"_tag":"Register","track":{"trackId":"track-Pq","kind":"video","trackType":"Video"}}}
`

test("of two anonymous cameras, the remaining one is bound when it gets new evidence", () => {
  const { decisions, snapshot } = Trace.replay(Result.getOrThrow(Trace.parse(trace)))
  expect(decisions.map(({ outcomes }) => outcomes.length)).toEqual([0, 0, 0, 0, 1])
  expect(snapshot.bound[0]).toMatchObject({ trackId: "track-Pq", evidence: "Anonymous" })
})
