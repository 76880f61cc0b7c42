/**
 * Runs an Effect program under many interleavings of its fibers.
 *
 * @stability unstable
 * @since 0.1.0
 */
export * as Explore from "./Explore.ts"
