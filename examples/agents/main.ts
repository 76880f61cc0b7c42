/**
 * `npm run agent NAME`: joins a call of Stream with one of these programs. `npm run agent NAME -- --loopback`: a call in this
 * process, with people who talk and have cameras.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import type { StreamEdge, StreamEdgeOptions } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { AudioCodec, Vad, VideoCodec } from "effect-track-resolver/media"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import { CliError, Command, Flag } from "effect/cli"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import type { Answers } from "./answeringAgent.ts"
import { answeringAgent } from "./answeringAgent.ts"
import { inCall } from "./inCall.ts"
import { recorder } from "./recorder.ts"
import * as Reports from "./Reports.ts"
import * as Conversation from "./standIn/Conversation.ts"
import * as Services from "./standIn/Services.ts"
import type { SpeechToText } from "./transcriber.ts"
import { transcriber } from "./transcriber.ts"
import { videoSampler } from "./videoSampler.ts"
import { whoSpeaks } from "./whoSpeaks.ts"

const exitCodes =
  "Exits with 0 when the call has ended, with 130 after Ctrl-C (SIGINT or SIGTERM), and with 1 when the call"
  + " could not be joined, or was lost."

const agent = Command.make("agent").pipe(
  Command.withSharedFlags({
    loopback: Flag.Boolean("loopback").pipe(
      Flag.withDefault(false),
      Flag.withDescription(
        "a call in this process, of some twenty seconds; else Stream's, by STREAM_API_KEY and so on"
      )
    ),
    giveUpAfter: Flag.Finite("give-up-after").pipe(
      Flag.withSchema(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
      Flag.withDefault(60),
      Flag.withDescription("for how many seconds to reconnect, until the call counts as lost")
    )
  }),
  Command.withDescription(
    "Programs in a call of Stream. The environment names the call: STREAM_API_KEY, STREAM_API_SECRET, STREAM_CALL_TYPE,"
      + " STREAM_CALL_ID, STREAM_USER_ID, and if needed STREAM_BASE_URL and STREAM_CREATE_CALL. --loopback needs none of them. "
      + exitCodes
  )
)

/** What the programs need besides a call. */
type Needed =
  | StreamEdge
  | AudioCodec.AudioCodecs
  | VideoCodec.VideoCodecs
  | Vad.Vad
  | SpeechToText
  | Answers
  | FileSystem.FileSystem
  | Path.Path

const services = Layer.mergeAll(
  AudioCodec.AudioCodecs.layer,
  VideoCodec.VideoCodecs.layer,
  Vad.Vad.layer(),
  // Yours go here.
  Services.speechToText,
  Services.answers
)

const platform = Layer.merge(NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor)

const ofStream = Layer.merge(StreamCall.layerConfig(), WeriftPeerConnection.layer()).pipe(Layer.provide(platform))

const agentId = "agent"

/** The people talk until the call ends, which ends the program. */
const inConversation = <E>(program: Effect.Effect<void, E, Needed>, options: StreamEdgeOptions) =>
  Effect.gen(function*() {
    const ports = yield* Conversation.ports
    yield* Effect.raceFirst(
      inCall(program, options, ports(agentId)),
      Effect.andThen(Conversation.conversation(agentId, ports), Effect.never)
    )
  }).pipe(Effect.provide(LoopbackSfu.layer()))

/** What a user can do about it, in one line. */
const explain = (error: Error): CliError.UserError =>
  new CliError.UserError({
    cause: error,
    userMessage: error instanceof Config.ConfigError
      ? `${error.message}\nSet STREAM_API_KEY and the others that --help names, or add --loopback.`
      : error.message
  })

const run = Effect.fnUntraced(function*<E extends Error>(program: Effect.Effect<void, E, Needed>) {
  const { giveUpAfter, loopback } = yield* agent
  const options = { maxOutage: Duration.seconds(giveUpAfter) }
  const joined: Effect.Effect<void, Error, Exclude<Needed, StreamEdge>> = loopback
    ? inConversation(program, options)
    : inCall(program, options, ofStream)
  yield* joined.pipe(Effect.provide(services), Effect.mapError(explain))
})

/** Another one each time. */
const newFolder = (kind: string): string => `${kind}-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}`

const folder = (kind: string) =>
  Flag.String("folder").pipe(
    Flag.withDefault(newFolder(kind)),
    Flag.withDescription("where the files go; it is made if it does not exist")
  )

const writing = (folder: string) => Console.error(`the files go to ${folder}`)

const programs = [
  Command.make("who-speaks", {}, () => run(whoSpeaks(Reports.talkers(process.stdout)))).pipe(
    Command.withDescription("Shows the level of each person, and how long each has talked.")
  ),
  Command.make("transcriber", {}, () => run(transcriber(Reports.line))).pipe(
    Command.withDescription("Prints what each person says.")
  ),
  Command.make("answering-agent", {}, () => run(answeringAgent(Reports.turn))).pipe(
    Command.withDescription("Answers whoever has spoken, and stops when anybody speaks.")
  ),
  Command.make(
    "video-sampler",
    { folder: folder("pictures") },
    ({ folder }) => Effect.andThen(writing(folder), run(videoSampler(folder, Reports.picture)))
  ).pipe(
    Command.withDescription("Writes a picture of each camera and screen every second, as PNG files.")
  ),
  Command.make(
    "recorder",
    { folder: folder("recording") },
    ({ folder }) => Effect.andThen(writing(folder), run(recorder(folder, Reports.file)))
  ).pipe(
    Command.withDescription("Records each person into a file of Opus in Ogg. The files line up.")
  )
] as const

Command.run(Command.withSubcommands(agent, programs), { version: "0.1.0" }).pipe(
  // What a program prints stays apart from warnings of the library.
  Effect.provideService(Logger.LogToStderr, true),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
