/**
 * Deterministic tests of concurrent Effect programs, this library's or any other.
 *
 * @since 0.1.0
 */
export * as Explore from "./Explore.ts"
