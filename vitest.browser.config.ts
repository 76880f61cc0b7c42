import { defineConfig } from "vitest/config"

// The tests import the package by its name, and get its source.
const conditions = ["effect-track-resolver:source"]

/** Those that need a Chromium: `npm run test:browser`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/browser/**/*.test.ts"],
    // Encoders and decoders of several pages share the machine with whatever else runs on it.
    testTimeout: 120_000,
    hookTimeout: 60_000
  }
})
