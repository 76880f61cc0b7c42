/**
 * `npm run soak -- --minutes 1 --seed 1`: a call on 127.0.0.1 with every fault, for a time or a number of publications. Exits
 * with 1 if a condition does not hold, and prints the last 400 lines of what happened before.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Command, Flag } from "effect/cli"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { table } from "./Report.ts"
import { soak, SoakFailed } from "./soak.ts"

/** What happened last; printed if the soak fails. */
const journal: Array<string> = []
const journalLength = 400
const note = (line: string): void => {
  journal.push(`${new Date().toISOString().slice(11, 23)}  ${line}`)
  if (journal.length > journalLength) journal.shift()
}

const logger = Logger.make(({ logLevel, message }) =>
  note(`  ${logLevel}: ${(Array.isArray(message) ? message : [message]).map(String).join(" ")}`)
)

/** Each makes the soak fail. */
const unhandledRejections: Array<string> = []
process.on("unhandledRejection", (reason) => {
  const line = `unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`
  note(line)
  unhandledRejections.push(line)
})

/** Running fibers, as the runtime reports them. */
let fibers = 0
const fiberMetrics: Metric.FiberRuntimeMetricsService = {
  recordFiberStart: () => void fibers++,
  recordFiberEnd: () => void fibers--
}

const handles = (): ReadonlyArray<string> =>
  process.getActiveResourcesInfo()
    .filter((kind) => ["UDPWrap", "TCPSocketWrap", "TCPServerWrap", "Timeout"].includes(kind))
    .toSorted()

const positive = Schema.Number.check(Schema.isGreaterThan(0))

const flags = {
  minutes: Flag.Finite("minutes").pipe(
    Flag.withSchema(positive),
    Flag.optional,
    Flag.withDescription("time limit; 1 if neither publications nor faults are given")
  ),
  publications: Flag.Int("publications").pipe(
    Flag.withSchema(positive),
    Flag.optional,
    Flag.withDescription("run until this many were announced")
  ),
  faults: Flag.Int("faults").pipe(
    Flag.withSchema(positive),
    Flag.optional,
    Flag.withDescription("run until each class of faults occurred this often")
  ),
  seed: Flag.Int("seed").pipe(Flag.withDefault(1), Flag.withDescription("decides which faults and actions happen"))
}

interface Options {
  readonly minutes: Option.Option<number>
  readonly publications: Option.Option<number>
  readonly faults: Option.Option<number>
  readonly seed: number
}

const main = Effect.fnUntraced(function*({ faults, minutes, publications, seed }: Options) {
  const publicationsWanted = Option.getOrElse(publications, () => 0)
  const faultsWanted = Option.getOrElse(faults, () => 0)
  const isByCount = publicationsWanted + faultsWanted > 0
  const timeLimit = Option.getOrElse(minutes, () => isByCount ? Infinity : 1) * 60_000
  yield* Console.log(`seed ${seed}, Node ${process.version}`)
  yield* Effect.sleep("10 millis")
  const before = handles()
  const report = yield* soak({
    seed,
    note,
    isDone: ({ millis, publications, rarestFault }) =>
      millis >= timeLimit || (isByCount && publications >= publicationsWanted && rarestFault >= faultsWanted)
  }).pipe(
    Effect.scoped,
    Effect.provideService(Metric.FiberRuntimeMetrics, fiberMetrics),
    Effect.provideService(References.MinimumLogLevel, "Debug"),
    Effect.provide(Logger.layer([logger]))
  )
  yield* Console.log(table(report).join("\n"))
  // A DTLS handshake that was open when its connection closed holds a timer of at most 5.5 seconds.
  yield* Effect.repeat(Effect.sleep("100 millis"), { while: () => handles().length > before.length, times: 100 })
  const reasons = [
    ...unhandledRejections,
    ...(handles().length > before.length ? [`open handles: ${handles().join(", ")}`] : []),
    ...(fibers > 0 ? [`${fibers} fibers are still running`] : [])
  ]
  if (reasons.length > 0) return yield* new SoakFailed({ reasons })
  yield* Console.log("\nevery packet reached the right listener; nothing is missing, and nothing is left over")
}, Effect.tapError(({ message }) => Console.error(`${journal.join("\n")}\n\n${message}`)))

const command = Command.make("soak", flags, main).pipe(
  Command.withDescription(
    "A call with every fault; exits with 1 if a condition does not hold."
  )
)

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
