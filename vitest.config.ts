import { defineConfig } from "vitest/config"

// The tests import the package by its name, and get its source.
const conditions = ["effect-track-resolver:source"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    // Those have a configuration of their own, and need a Chromium.
    exclude: ["test/browser/**"],
    // The longest plays ten thousand scripts: some ten seconds, on a machine that does nothing else.
    testTimeout: 120_000
  }
})
