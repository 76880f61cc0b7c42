/**
 * The text of a trace: what is read, and what is said of a text that is no trace.
 */
import { Trace } from "effect-track-resolver"
import * as Result from "effect/Result"
import { expect, test } from "vitest"
import { parse } from "./Recording.ts"

/** Two anonymous video tracks fit one waiting key. The retire of one of them is no evidence for the other. */
const pasted = `
  {"version":1,"ids":"hashed","policy":{"timeToLive":"Infinity","capacity":10000,"sessionMigration":"never","anonymousTracks":"unique"}}
  {"at":1000,"command":{"_tag":"Register","track":{"trackId":"track-1","kind":"video"}}}
  {"at":1001,"command":{"_tag":"Register","track":{"trackId":"track-2","kind":"video"}}}
  {"at":1500,"command":{"_tag":"Resolve","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"}}}
  {"at":1500,"command":{"_tag":"Acquire","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"},"generation":5}}

  {"at":2000,"command":{"_tag":"Retire","trackId":"track-2"}}
  {"at":11500,"command":{"_tag":"Abandon","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"},"generation":5,"isHolder":true}}
`

test("print writes one line for the header and for each command, and parse reads them", () => {
  const lines = [
    "{\"version\":1,\"ids\":\"clear\",\"policy\":{\"timeToLive\":0,\"capacity\":0,\"sessionMigration\":\"afterLeave\",\"anonymousTracks\":\"never\"}}",
    ...[
      "\"Register\",\"track\":{\"trackId\":\"t1\",\"kind\":\"video\"}",
      "\"Resolve\",\"key\":{\"userId\":\"u\",\"sessionId\":\"s\",\"trackType\":\"Video\"}",
      "\"Acquire\",\"key\":{\"userId\":\"u\",\"sessionId\":\"s\",\"trackType\":\"Video\"},\"generation\":2",
      "\"Abandon\",\"key\":{\"userId\":\"u\",\"sessionId\":\"s\",\"trackType\":\"Video\"},\"generation\":2,\"isHolder\":false",
      "\"Unpublish\",\"key\":{\"userId\":\"u\",\"sessionId\":\"s\",\"trackType\":\"Video\"}",
      "\"Cancel\",\"participant\":{\"userId\":\"u\",\"sessionId\":\"s\"}",
      "\"Retire\",\"trackId\":\"t1\"",
      "\"Expire\""
    ].map((command, at) => `{"at":${at},"command":{"_tag":${command}}}`)
  ]
  const text = lines.map((line) => `${line}\n`).join("")
  expect(Trace.print(parse(text))).toBe(text)
  expect(Trace.print(parse(`${text}{"lost":1}`))).toBe(`${text}{"lost":1}\n`)
  expect(parse(text)).toMatchObject({ lost: 0, entries: { length: 8 } })
  expect(parse(`\n  \n${text}\t\n`)).toEqual(parse(text))
})

test("render writes one line for each decision, and one for the snapshot", () => {
  const { decisions, snapshot } = Trace.replay(parse(pasted))
  expect(Trace.render({ decisions, snapshot }))
    .toBe([...decisions, snapshot].map((value) => `${JSON.stringify(value)}\n`).join(""))
})

test("a pasted trace is a test", () => {
  const { decisions, snapshot } = Trace.replay(parse(pasted))
  expect(decisions.map(({ reply }) => reply)).toMatchInlineSnapshot(`
    [
      true,
      true,
      {
        "_tag": "Waiting",
        "generation": 5,
      },
      {
        "_tag": "Waiting",
        "generation": 5,
      },
      undefined,
      {
        "_tag": "NoMatch",
        "candidates": [
          {
            "trackId": "track-1",
            "why": "LeftUnique",
          },
        ],
        "omitted": 0,
      },
    ]
  `)
  expect(snapshot).toMatchInlineSnapshot(`
    {
      "bound": [],
      "pending": [
        {
          "kind": "video",
          "participant": undefined,
          "registeredAt": 1000,
          "trackId": "track-1",
          "trackType": undefined,
        },
      ],
      "waiting": [],
    }
  `)
})

const problemOf = (text: string) => Result.getOrThrow(Result.flip(Trace.parse(text)))

test("a wrong line is reported by its number", () => {
  const [, header, ...lines] = pasted.split("\n").filter((_, n) => n === 0 || n < 6)
  const at = (...lines: ReadonlyArray<string>) => {
    const error = problemOf([header!, ...lines].join("\n"))
    return error._tag === "TraceLineError" ? error.line : error
  }
  expect(at(lines[0]!, "", lines[1]!.slice(0, -9))).toBe(4)
  expect(at(lines[0]!, "{\"at\":1,\"command\":{\"_tag\":\"Guess\"}}")).toBe(3)
  expect(at("{\"at\":1,\"command\":{\"_tag\":\"Expire\"},\"more\":1}")).toBe(2)
  expect(at("{\"at\":\"NaN\",\"command\":{\"_tag\":\"Expire\"}}")).toBe(2)
  expect(at("{\"at\":1,\"command\":{\"_tag\":\"Retire\",\"trackId\":\"\"}}")).toBe(2)
  expect(at(
    "{\"at\":1,\"command\":{\"_tag\":\"Register\",\"track\":{\"trackId\":\"t\",\"kind\":\"audio\",\"trackType\":\"Video\"}}}"
  )).toBe(2)
  expect(at("{\"lost\":2}", lines[0]!)).toBe(3)
  expect(problemOf([header!, "{\"lost\":1}", lines[0]!].join("\n")).message)
    .toBe("line 3 of the trace: commands were lost before it")
  expect(parse([header!, "{\"lost\":2}"].join("\n")).lost).toBe(2)
  expect(problemOf("\n").message).toBe("line 1 of the trace: the header is missing")
  expect(problemOf(`\n\n${lines[0]}`)).toMatchObject({ _tag: "TraceLineError", line: 3 })
})

test("the problem of a line is on one line, short, and safe to log", () => {
  const [, header] = pasted.split("\n")
  const problem = (...lines: ReadonlyArray<string>) => problemOf(lines.join("\n")).message
  expect(problem("\u001b[2Jhello")).toBe("line 1 of the trace: Expected a valid JSON string")
  expect(problem("{}")).toBe("line 1 of the trace: Missing key at [\"version\"]")
  expect(problem(header!, "{\"at\":1,\"command\":{\"_tag\":\"Expire\",\"\u202e\\n\u009b\":1}}"))
    .toBe("line 2 of the trace: Expected no excess property at [\"command\"][\"\\u{202e}\\n\\u{9b}\"]")
  const long = problem(header!, `{"at":1,"command":{"_tag":"Expire","${"x".repeat(100_000)}":1}}`)
  expect(long).toMatch(/^line 2 of the trace: Expected no excess property at \["command"\]\["x+\.\.\.$/)
  expect(long).toMatch(/: .{400}\.\.\.$/)
  expect(problem(header!, "{\"at\":1,\"command\":{\"_tag\":\"Guess\"}}")).toMatch(
    /"Expire", \.\.\. \} at \["command"\]$/
  )
})

test("a trace of another version is an error of its own", () => {
  expect(problemOf(pasted.replace("\"version\":1", "\"version\":2")).message)
    .toBe("the trace has version 2; this library reads version 1")
  expect(problemOf("{\"version\":2,\"strange\":true}")._tag).toBe("TraceVersionError")
  expect(problemOf("{\"version\":\"2\"}")).toMatchObject({ _tag: "TraceLineError", line: 1 })
})
