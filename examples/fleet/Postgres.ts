/**
 * A PostgreSQL server of this process: on 127.0.0.1, in a folder of its own, which is removed with the scope. Needs the programs
 * `initdb`, `postgres` and `pg_isready`.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { spawn, spawnSync } from "node:child_process"
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

export class PostgresError extends Data.TaggedError("PostgresError")<{ readonly message: string }> {}

/** Of PATH, or where Debian has them. */
const programOf = Effect.fnUntraced(function*(name: string) {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian)
    ? readdirSync(debian).toSorted().map((version) => join(debian, version, "bin"))
    : []
  const found = [...versions.toReversed(), ...(process.env.PATH ?? "").split(delimiter)]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))
  return found ?? (yield* new PostgresError({ message: `${name} is missing: install PostgreSQL (Debian: postgresql)` }))
})

/** The server refuses to run as root, so it gets the account that Debian makes for it. */
const accountOf = Effect.fnUntraced(function*() {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout)
  const [uid, gid] = [idOf("-u"), idOf("-g")]
  if (!(uid > 0 && gid > 0)) return yield* new PostgresError({ message: "there is no user postgres to run the server" })
  return { uid, gid }
})

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" ? address?.port ?? 0 : 0)))
  })
})

/** Its port. User and database are `postgres`, without a password. */
export const start = Effect.gen(function*() {
  const initdb = yield* programOf("initdb")
  const postgres = yield* programOf("postgres")
  const isReady = yield* programOf("pg_isready")
  const account = yield* accountOf()
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "fleet-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid)
  const made = spawnSync(initdb, ["-D", folder, "-U", "postgres", "--auth=trust", "--no-sync"], {
    ...account,
    cwd: folder,
    encoding: "utf8"
  })
  if (made.status !== 0) return yield* new PostgresError({ message: `initdb failed: ${made.stderr}` })
  const port = yield* freePort
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    // A process that is paused in a transaction would keep its row locks.
    "idle_in_transaction_session_timeout=3s",
    "max_connections=200"
  ]
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(postgres, ["-D", folder, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])], {
        ...account,
        cwd: folder,
        stdio: "ignore"
      })
    ),
    // An immediate shutdown: clients that stand still would delay another one.
    (child) =>
      Effect.callback<void>((resume) => {
        if (child.exitCode !== null) return resume(Effect.void)
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGQUIT")
      })
  )
  // It accepts connections before it accepts sessions.
  while (spawnSync(isReady, ["-q", "-h", "127.0.0.1", "-p", String(port)]).status !== 0) {
    if (server.exitCode !== null) return yield* new PostgresError({ message: `postgres ended: ${server.exitCode}` })
    yield* Effect.sleep("50 millis")
  }
  return port
})
