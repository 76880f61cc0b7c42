import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

// The tests import each package by its name, and get its source.
const conditions = ["effect-track-resolver:source"]
const source = { resolve: { conditions }, ssr: { resolve: { conditions } } }

export default defineConfig({
  ...source,
  test: {
    // The longest plays ten thousand scripts: some ten seconds on an idle machine.
    testTimeout: 120_000,
    // Half of the files wait more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The duration of each test, for scripts/mutants.ts.
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/tests.json" },
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/{postgres,turn}/**"] } },
      // Needs PostgreSQL.
      { extends: true, test: { name: "postgres", include: ["test/postgres/**/*.test.ts"] } },
      // Needs coturn, a TURN server, and openssl.
      { extends: true, test: { name: "turn", include: ["test/turn/**/*.test.ts"] } },
      { extends: true, test: { name: "explore", include: ["packages/explore/test/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "loopback",
          include: ["packages/loopback/test/**/*.test.ts"],
          exclude: ["packages/loopback/test/{browser,ffmpeg,peers}/**"]
        }
      },
      // With peers from elsewhere, in a network namespace: packages/loopback/scripts/peers.ts runs it. Two at a
      // time on any machine: they wait more than they compute, and what four of them send is lost on two cores.
      { extends: true, test: { name: "peers", include: ["packages/loopback/test/peers/*.test.ts"], maxWorkers: 2 } },
      // Needs ffmpeg.
      { extends: true, test: { name: "ffmpeg", include: ["packages/loopback/test/ffmpeg/*.test.ts"] } },
      // Needs a Chromium, which takes a core by itself.
      {
        extends: true,
        test: {
          name: "browser",
          include: ["packages/loopback/test/browser/**/*.test.ts"],
          hookTimeout: 60_000,
          maxWorkers: 1
        }
      }
    ]
  }
})
