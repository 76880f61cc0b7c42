/**
 * `npm run soak -- --minutes 1 --seed 1`: a call on 127.0.0.1 with everything in it that can go wrong, for so long or for
 * so many publications. Exits with 1 if anything was not as it has to be, and says what led to it.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
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

/** The last that happened, which is printed if it leads to nothing good. */
const journal: Array<string> = []
const length = 400
const note = (line: string): void => {
  journal.push(`${new Date().toISOString().slice(11, 23)}  ${line}`)
  if (journal.length > length) journal.shift()
}

const logger = Logger.make(({ logLevel, message }) =>
  note(`  ${logLevel}: ${(Array.isArray(message) ? message : [message]).map(String).join(" ")}`)
)

/** What nobody caught. Reported, and not survived. */
const uncaught: Array<string> = []
process.on("unhandledRejection", (reason) => {
  const what = `a rejection that nobody handled: ${reason instanceof Error ? reason.stack : String(reason)}`
  note(what)
  uncaught.push(what)
})

/** Fibers that run, by what the runtime says of each. */
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
    Flag.withDescription("for how long at the most; 1, if nothing is said of publications and faults either")
  ),
  publications: Flag.Int("publications").pipe(
    Flag.withSchema(positive),
    Flag.optional,
    Flag.withDescription("until there were so many")
  ),
  faults: Flag.Int("faults").pipe(
    Flag.withSchema(positive),
    Flag.optional,
    Flag.withDescription("until each class of faults was there so often")
  ),
  seed: Flag.Int("seed").pipe(Flag.withDefault(1), Flag.withDescription("decides what is done"))
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
  const longest = Option.getOrElse(minutes, () => isByCount ? Infinity : 1) * 60_000
  yield* Console.log(`seed ${seed}, Node ${process.version}`)
  yield* Effect.sleep("10 millis")
  const before = handles()
  const report = yield* soak({
    seed,
    note,
    isEnough: ({ millis, publications, rarest }) =>
      millis >= longest || (isByCount && publications >= publicationsWanted && rarest >= faultsWanted)
  }).pipe(
    Effect.scoped,
    Effect.provideService(Metric.FiberRuntimeMetrics, fiberMetrics),
    Effect.provideService(References.MinimumLogLevel, "Debug"),
    Effect.provide(Logger.layer([logger]))
  )
  yield* Console.log(table(report).join("\n"))
  // The pause in which a handshake was when werift was closed, at most 5.5 seconds long, still comes to its end.
  yield* Effect.repeat(Effect.sleep("100 millis"), { while: () => handles().length > before.length, times: 100 })
  const what = [
    ...uncaught,
    ...(handles().length > before.length ? [`handles stay: ${handles().join(", ")}`] : []),
    ...(fibers > 0 ? [`${fibers} fibers stay`] : [])
  ]
  if (what.length > 0) return yield* new SoakFailed({ what })
  yield* Console.log("\nnobody was taken for anybody else; nothing is missing, and nothing is left over")
}, Effect.tapError(({ message }) => Console.error(`${journal.join("\n")}\n\n${message}`)))

const command = Command.make("soak", flags, main).pipe(
  Command.withDescription(
    "A call with everything in it that can go wrong; exits with 1 if anything was not as it has to be."
  )
)

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
