import { defineConfig } from "vitest/config"
import { conditions } from "./vitest.config.ts"

// With peers that nobody here wrote, in a network that nothing leaves: see scripts/peers.ts, which runs it.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/peers/*.test.ts"],
    // They wait more than they compute: all at once, whatever the machine.
    maxWorkers: 4,
    testTimeout: 120_000
  }
})
