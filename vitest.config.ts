import { defineConfig } from "vitest/config"

// The tests import each package by its name, and get its source.
const conditions = ["effect-track-resolver:source"]
const source = { resolve: { conditions }, ssr: { resolve: { conditions } } }

export default defineConfig({
  ...source,
  test: {
    // The longest plays ten thousand scripts: some ten seconds on an idle machine.
    testTimeout: 120_000,
    // The duration of each test, for scripts/mutants.ts.
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/tests.json" },
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"] } },
      { extends: true, test: { name: "explore", include: ["packages/explore/test/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "loopback",
          include: ["packages/loopback/test/**/*.test.ts"],
          exclude: ["packages/loopback/test/{browser,peers}/**"]
        }
      },
      // With peers from elsewhere, in a network namespace: packages/loopback/scripts/peers.ts runs it. The tests wait more
      // than they compute, so all run at once on any machine.
      { extends: true, test: { name: "peers", include: ["packages/loopback/test/peers/*.test.ts"], maxWorkers: 4 } },
      // Needs a Chromium.
      {
        extends: true,
        test: { name: "browser", include: ["packages/loopback/test/browser/**/*.test.ts"], hookTimeout: 60_000 }
      }
    ]
  }
})
