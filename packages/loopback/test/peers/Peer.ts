/**
 * Controls a libwebrtc participant in a process of its own: sends commands and collects reports. The process is killed when
 * the scope closes, because libwebrtc keeps it alive.
 */
import type { TrackKey, TrackType } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { fork } from "node:child_process"
import * as EventLog from "../support/EventLog.ts"
import type { Answer, Command, Media, Report } from "./participant.ts"

export type { Media, Report } from "./participant.ts"

const program = new URL("participant.ts", import.meta.url).pathname

export const spawn = Effect.gen(function*() {
  const reports = EventLog.make<Report>()
  const answers = new Map<number, Deferred.Deferred<string>>()
  const ended = Deferred.makeUnsafe<void>()
  let lastId = 0

  const child = yield* Effect.acquireRelease(
    Effect.sync(() => fork(program, { execArgv: ["--conditions=effect-track-resolver:source"] })),
    (child) =>
      Effect.suspend(() => {
        child.kill("SIGKILL")
        return Deferred.await(ended)
      })
  )
  child.on("exit", (code) => {
    const died = Effect.die(new Error(`a participant's process exited with ${code}`))
    for (const answer of answers.values()) Deferred.doneUnsafe(answer, died)
    Deferred.doneUnsafe(ended, Effect.void)
  })
  child.on("message", (message: Report | Answer) => {
    if ("_tag" in message) return reports.add(message)
    const answer = answers.get(message.id)
    if (answer === undefined) return
    answers.delete(message.id)
    Deferred.doneUnsafe(
      answer,
      "sdp" in message ? Effect.succeed(message.sdp) : Effect.die(new Error(message.error))
    )
  })

  const run = (command: Command): Effect.Effect<string> =>
    Effect.suspend(() => {
      const answer = Deferred.makeUnsafe<string>()
      answers.set(++lastId, answer)
      child.send({ id: lastId, command })
      return Deferred.await(answer)
    })

  return {
    run,
    reports: () => reports.items,
    /** Waits for a matching report. */
    reported: (matches: (report: Report) => boolean) => reports.waitUntil((items) => items.some(matches)),
    untilReports: reports.waitUntil,
    /** Without a leave or a DTLS close_notify. */
    kill: Effect.suspend(() => {
      child.kill("SIGKILL")
      return Deferred.await(ended)
    })
  }
})

export type Peer = Effect.Success<typeof spawn>

export const join = Effect.fnUntraced(function*(userId: string) {
  const { token, url, webSocketUrl } = yield* LoopbackSfu
  const peer = yield* spawn
  const sessionId = `${userId}'s`
  yield* peer.run({ _tag: "Join", url, webSocketUrl, token: yield* token(userId), sessionId })
  return {
    ...peer,
    publish: (trackType: TrackType, media: Media) => peer.run({ _tag: "Publish", trackType, media }),
    subscribe: (...keys: ReadonlyArray<TrackKey>) => peer.run({ _tag: "Subscribe", keys }),
    leave: peer.run({ _tag: "Leave" }),
    key: (trackType: TrackType): TrackKey => ({ userId, sessionId, trackType })
  }
})
