/**
 * Runs the tests with libwebrtc in a network namespace of its own: libwebrtc binds every address that a machine has, and
 * here that is a loopback and a cable that ends in nothing, with an address out of the documentation (RFC 5737).
 *
 * `npm run test:peers -- owners` runs the files whose names have that in them.
 */
import { spawnSync } from "node:child_process"

const network = [
  "ip link set lo up",
  "ip link add name peers0 type veth peer name peers1",
  "ip address add 192.0.2.9/24 dev peers0",
  "ip link set peers1 up",
  "ip link set peers0 up"
].join(" && ")

/** Who is not root needs a user namespace as well, which not every system lets everybody make. */
const namespaces = process.getuid?.() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"]

const inside = (command: ReadonlyArray<string>, stderr: "pipe" | "inherit") =>
  spawnSync("unshare", [...namespaces, "--", "sh", "-c", `${network} && exec "$@"`, "sh", ...command], {
    stdio: ["ignore", "inherit", stderr],
    encoding: "utf8"
  })

const probe = inside(["true"], "pipe")
if (probe.status === 0) {
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "peers"]
  process.exitCode = inside([process.execPath, ...vitest, ...process.argv.slice(2)], "inherit").status ?? 1
} else {
  process.stderr.write(
    `These tests need a network namespace, and none can be made here: ${probe.error?.message ?? probe.stderr.trim()}\n`
      + "That takes Linux, `unshare` (util-linux), `ip` (iproute2), and root or the right to make user namespaces.\n"
  )
  process.exitCode = 1
}
