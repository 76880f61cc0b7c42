import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

// The tests import each package by its name, and get its source.
const conditions = ["effect-track-resolver:source"]
const source = { resolve: { conditions }, ssr: { resolve: { conditions } } }

// Whole programs, bad networks, long waits and loads, and the largest explorations: `npm run test:long`.
const long = "**/*.long.test.ts"

// These replace what modules export, or count what is executed or open in their process.
const isolated = [
  "test/resolver/{linear,polling}.test.ts",
  "test/werift/{ManyMLines,SrtpKeys,ice}.test.ts",
  "packages/loopback/test/edge/live.test.ts"
]

export default defineConfig({
  ...source,
  test: {
    // Only a test that hangs reaches it, on a machine with other load too. Few tests take ten seconds on an idle one.
    testTimeout: 300_000,
    // Some files wait more than they compute.
    maxWorkers: availableParallelism() + 2,
    // Explorations make much that lives for a moment: a twelfth less processor time.
    execArgv: ["--max-semi-space-size=64"],
    // The duration of each test, for scripts/mutants.ts.
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/tests.json" },
    // Those with a number of workers of their own have a `groupOrder`: Vitest runs none of them beside others.
    projects: [
      // The files of a worker share its modules: to load them anew for each file took a third of the time.
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{browser,postgres,turn}/**", long, ...isolated],
          isolate: false
        }
      },
      { extends: true, test: { name: "isolated", include: isolated } },
      // Their programs are processes of their own, which give up when they get no processor for seconds.
      {
        extends: true,
        test: {
          name: "long",
          include: [`test/${long}`, `packages/*/test/${long}`],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 600_000
        }
      },
      // Needs PostgreSQL.
      { extends: true, test: { name: "postgres", include: ["test/postgres/**/*.test.ts"] } },
      // Needs coturn, a TURN server, and openssl.
      { extends: true, test: { name: "turn", include: ["test/turn/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "explore", include: ["packages/explore/test/**/*.test.ts"], exclude: [long], isolate: false }
      },
      {
        extends: true,
        test: {
          name: "loopback",
          include: ["packages/loopback/test/**/*.test.ts"],
          exclude: ["packages/loopback/test/{browser,ffmpeg,peers}/**", long, ...isolated],
          isolate: false
        }
      },
      // With peers from elsewhere, in a network namespace: packages/loopback/scripts/namespace.ts makes it. Two at a
      // time on any machine: they wait more than they compute, and what four of them send is lost on two cores.
      {
        extends: true,
        test: {
          name: "peers",
          include: ["packages/loopback/test/peers/*.test.ts"],
          maxWorkers: 2,
          sequence: { groupOrder: 2 }
        }
      },
      // Needs ffmpeg.
      { extends: true, test: { name: "ffmpeg", include: ["packages/loopback/test/ffmpeg/*.test.ts"] } },
      // Needs a Chromium, which takes a core by itself, and the site that `npm run docs` builds.
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts", "packages/loopback/test/browser/**/*.test.ts"],
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 }
        }
      }
    ]
  }
})
