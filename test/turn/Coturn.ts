/**
 * A TURN server on 127.0.0.1: Debian's coturn, as a process of its own with a directory of its own. It relays to the
 * loopback, which a server on a network must not do.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChildProcess } from "node:child_process"
import { execFileSync, spawn } from "node:child_process"
import { createSocket } from "node:dgram"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as tls from "node:tls"
import { freePort } from "../support/freePort.ts"

export const username = "agent"
export const password = "the-password-of-the-agent"

export interface Coturn {
  /** For UDP and TCP. */
  readonly port: number
  readonly tlsPort: number
  /** Number of allocations that the server has granted. */
  readonly allocations: () => number
  /** Ends the process, and returns once it has ended. */
  readonly stop: Effect.Effect<void>
}

const installed = "These tests need coturn: apt-get install coturn (it also starts a service, which they do not use)"

/** Bound on a UDP port of 127.0.0.1, and silent: a firewall that drops the packets. */
export const silent = (port = 0): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createSocket>>((resume) => {
      const socket = createSocket("udp4")
      socket.bind(port, "127.0.0.1", () => resume(Effect.succeed(socket)))
    }),
    (socket) => Effect.callback<void>((resume) => void socket.close(() => resume(Effect.void)))
  ).pipe(Effect.map((socket) => socket.address().port))

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "coturn-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const openssl = (path: string) =>
  execFileSync(
    "openssl",
    [
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2",
      "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
    ].flatMap((line) => line.split(" ")),
    { cwd: path, stdio: "ignore" }
  )

const endOf = (server: ChildProcess): Effect.Effect<void> =>
  Effect.callback((resume) => {
    if (server.exitCode !== null || server.signalCode !== null) return resume(Effect.void)
    server.once("exit", () => resume(Effect.void))
    server.kill("SIGKILL")
  })

export const open = (options: {
  readonly port?: number
  /** Does not listen on these. */
  readonly without?: ReadonlyArray<"udp" | "tcp" | "tls">
  /** Whether Node trusts the certificate of the server while the scope is open. Default: true. */
  readonly trusted?: boolean
} = {}): Effect.Effect<Coturn, never, Scope.Scope> =>
  Effect.gen(function*() {
    const path = yield* directory
    const port = options.port ?? (yield* freePort)
    const tlsPort = yield* freePort
    openssl(path)
    if (options.trusted !== false) yield* trust(readFileSync(join(path, "cert.pem"), "utf8"))
    let log = ""
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(
          "turnserver",
          [
            "-n --no-cli --log-file stdout --verbose --no-dtls --lt-cred-mech --realm test",
            "--listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --allow-loopback-peers",
            `--listening-port ${port} --tls-listening-port ${tlsPort} --user ${username}:${password}`,
            "--cert cert.pem --pkey key.pem --userdb turndb --pidfile pid",
            ...(options.without ?? []).map((transport) => `--no-${transport}`)
          ].flatMap((line) => line.split(" ")),
          { cwd: path, stdio: ["ignore", "pipe", "pipe"] }
        )
      ),
      endOf
    )
    yield* Effect.callback<void>((resume) => {
      server.once("error", () => resume(Effect.die(new Error(installed))))
      server.once("exit", (code) => resume(Effect.die(new Error(`coturn ended with ${code}: ${log.slice(-2_000)}`))))
      for (const stream of [server.stdout, server.stderr]) {
        stream.on("data", (text: Buffer) => {
          log += text.toString()
          if (log.includes("Total General servers")) resume(Effect.void)
        })
      }
    }).pipe(Effect.timeoutOrElse({
      duration: "15 seconds",
      orElse: () => Effect.die(new Error(`coturn is not up: ${log.slice(-2_000)}`))
    }))
    return {
      port,
      tlsPort,
      allocations: () => log.match(/ALLOCATE processed, success/g)?.length ?? 0,
      stop: endOf(server)
    }
  })

const trust = (certificate: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(Effect.acquireRelease(
    Effect.sync(() => {
      const before = tls.getCACertificates("default")
      tls.setDefaultCACertificates([...before, certificate])
      return before
    }),
    (before) => Effect.sync(() => tls.setDefaultCACertificates(before))
  ))
