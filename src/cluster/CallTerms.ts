/**
 * Which calls are to have an agent, and which term of ownership is the newest of each.
 *
 * A term is the time in which one runner owns a call. Its number grows with each owner, so of two runners that both believe
 * that they own a call the one with the lower number is wrong, and can find it out.
 *
 * @stability unstable
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/**
 * The terms could not be read or written.
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class CallTermsError extends Schema.TaggedError<CallTermsError>()("CallTermsError", {
  operation: Schema.Literals(["open", "request", "withdraw", "begin", "confirm"]),
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `the terms of the calls are not available (${this.operation})`
  }
}

/**
 * A term that has begun.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface CallTerm {
  readonly number: number
  /** The owner before, if it did not withdraw. `confirmedAt` is when it last confirmed its term, in milliseconds since 1970. */
  readonly former?: { readonly runner: string; readonly confirmedAt: number } | undefined
}

/**
 * What is known of a term: `Current`, or `Superseded` by a newer one, or `Withdrawn`: the call is to have no agent.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type TermState =
  | { readonly _tag: "Current" }
  | { readonly _tag: "Withdrawn" }
  | { readonly _tag: "Superseded"; readonly by: number; readonly confirmedAt: number }

/**
 * The terms of all calls. Calls are named by the id of their entity.
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class CallTerms extends Context.Service<CallTerms, {
  /** The call is to have an agent from now on. */
  readonly request: (call: string) => Effect.Effect<void, CallTermsError>
  /** The call is to have no agent. With a term: a no-op if a newer one has begun. */
  readonly withdraw: (call: string, term?: number) => Effect.Effect<void, CallTermsError>
  /** Begins the next term. None if the call is to have no agent. */
  readonly begin: (call: string, runner: string) => Effect.Effect<Option.Option<CallTerm>, CallTermsError>
  /** The owner of the term still lives. Returns whether the term is still the newest. */
  readonly confirm: (call: string, term: number) => Effect.Effect<TermState, CallTermsError>
}>()("effect-track-resolver/cluster/CallTerms") {
  /**
   * In this process, and lost with it.
   *
   * @stability unstable
   * @since 0.1.0
   */
  static readonly layerMemory: Layer.Layer<CallTerms> = Layer.effect(CallTerms, Effect.sync(() => makeMemory()))

  /**
   * In a table of a PostgreSQL database, which is made if it does not exist. The default name of the table is
   * `call_terms`.
   *
   * @stability unstable
   * @since 0.1.0
   */
  static readonly layerSql = (options?: {
    readonly table?: string | undefined
  }): Layer.Layer<CallTerms, CallTermsError, SqlClient.SqlClient> =>
    Layer.effect(CallTerms, makeSql(options?.table ?? "call_terms"))
}

/** `runner` is empty before the first term, and after a withdrawal. */
interface Row {
  readonly term: number
  readonly wanted: boolean
  readonly runner: string
  readonly confirmedAt: number
}

const stateOf = (row: Row | undefined, term: number): TermState => {
  if (row === undefined || !row.wanted) return { _tag: "Withdrawn" }
  return row.term > term
    ? { _tag: "Superseded", by: row.term, confirmedAt: row.confirmedAt }
    : { _tag: "Current" }
}

const termOf = (number: number, { confirmedAt, runner }: Pick<Row, "runner" | "confirmedAt">): CallTerm =>
  runner === "" ? { number } : { number, former: { runner, confirmedAt } }

const makeMemory = (): CallTerms["Service"] => {
  const rows = new Map<string, Row>()
  const none: Row = { term: 0, wanted: false, runner: "", confirmedAt: 0 }
  const rowOf = (call: string): Row => rows.get(call) ?? none
  return {
    request: (call) => Effect.sync(() => void rows.set(call, { ...rowOf(call), wanted: true })),
    withdraw: (call, term) =>
      Effect.sync(() => {
        const row = rowOf(call)
        if (term === undefined || row.term <= term) rows.set(call, { ...row, wanted: false, runner: "" })
      }),
    begin: (call, runner) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const row = rowOf(call)
        if (!row.wanted) return Option.none()
        const number = row.term + 1
        rows.set(call, { term: number, wanted: true, runner, confirmedAt: now })
        return Option.some(termOf(number, row))
      }),
    confirm: (call, term) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const row = rowOf(call)
        const state = stateOf(row, term)
        if (state._tag === "Current") rows.set(call, { ...row, confirmedAt: now })
        return state
      })
  }
}

// --- SQL ----------------------------------------------------------------------------------------------------------------

/** Some clients return numbers of eight bytes as text. */
type SqlNumber = number | string | bigint

interface SqlRow {
  readonly term: SqlNumber
  readonly wanted: SqlNumber
  readonly runner: string
  readonly confirmed_at: SqlNumber
}

const fromSql = (row: SqlRow): Row => ({
  term: Number(row.term),
  wanted: Number(row.wanted) === 1,
  runner: row.runner,
  confirmedAt: Number(row.confirmed_at)
})

const makeSql = Effect.fnUntraced(function*(name: string) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const table = sql(name)
  const failWith = (operation: CallTermsError["operation"]) =>
    Effect.mapError((cause: SqlError) => new CallTermsError({ operation, cause }))

  yield* sql`
    CREATE TABLE IF NOT EXISTS ${table} (
      call_id VARCHAR(511) PRIMARY KEY,
      term BIGINT NOT NULL,
      wanted INTEGER NOT NULL,
      runner VARCHAR(511) NOT NULL,
      confirmed_at BIGINT NOT NULL,
      former_runner VARCHAR(511) NOT NULL,
      former_confirmed_at BIGINT NOT NULL
    )
  `.pipe(
    // PostgreSQL: two that make the table at the same moment both try to.
    Effect.retry({ times: 3 }),
    failWith("open")
  )

  return CallTerms.of({
    request: (call) =>
      sql`
        INSERT INTO ${table} (call_id, term, wanted, runner, confirmed_at, former_runner, former_confirmed_at)
        VALUES (${call}, 0, 1, ${""}, 0, ${""}, 0)
        ON CONFLICT (call_id) DO UPDATE SET wanted = 1
      `.pipe(failWith("request"), Effect.asVoid),
    withdraw: (call, term = Number.MAX_SAFE_INTEGER) =>
      sql`
        UPDATE ${table} SET wanted = 0, runner = ${""} WHERE call_id = ${call} AND term <= ${term}
      `.pipe(failWith("withdraw"), Effect.asVoid),
    begin: (call, runner) =>
      Effect.gen(function*() {
        const now = yield* Clock.currentTimeMillis
        // The values on the right are those before the statement.
        const [row] = yield* sql<Pick<SqlRow, "term" | "runner" | "confirmed_at">>`
          UPDATE ${table} SET
            term = term + 1, runner = ${runner}, confirmed_at = ${now},
            former_runner = runner, former_confirmed_at = confirmed_at
          WHERE call_id = ${call} AND wanted = 1
          RETURNING term, former_runner AS runner, former_confirmed_at AS confirmed_at
        `
        if (row === undefined) return Option.none()
        const { runner: former, confirmed_at } = row
        return Option.some(termOf(Number(row.term), { runner: former, confirmedAt: Number(confirmed_at) }))
      }).pipe(failWith("begin")),
    confirm: (call, term) =>
      Effect.gen(function*() {
        const now = yield* Clock.currentTimeMillis
        const confirmed = yield* sql`
          UPDATE ${table} SET confirmed_at = ${now} WHERE call_id = ${call} AND term = ${term} AND wanted = 1
          RETURNING term
        `
        if (confirmed.length > 0) return { _tag: "Current" } as const
        const [row] = yield* sql<SqlRow>`
          SELECT term, wanted, runner, confirmed_at FROM ${table} WHERE call_id = ${call}
        `
        return stateOf(row === undefined ? undefined : fromSql(row), term)
      }).pipe(failWith("confirm"))
  })
})
