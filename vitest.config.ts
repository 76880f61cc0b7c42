import { defineConfig } from "vitest/config"

// The tests import the package by its name, and get its source.
export const conditions = ["effect-track-resolver:source"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    // They need a network of their own: `npm run test:peers`.
    exclude: ["test/peers/**"],
    // The longest plays ten thousand scripts: some ten seconds, on a machine that does nothing else.
    testTimeout: 120_000
  }
})
