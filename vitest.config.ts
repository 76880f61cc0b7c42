import { defineConfig } from "vitest/config"

// The tests import the package by its name, and get its source.
export const conditions = ["effect-track-resolver:source"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    // Each with a configuration of its own: they need a Chromium, or a network namespace.
    exclude: ["test/browser/**", "test/peers/**"],
    // The longest plays ten thousand scripts: some ten seconds, on a machine that does nothing else.
    testTimeout: 120_000,
    // What each test took, for scripts/mutants.ts.
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/tests.json" }
  }
})
