/**
 * Runs a command with libwebrtc in a network namespace of its own: `node namespace.ts vitest run --project peers`. libwebrtc
 * binds every address of the machine. The namespace has only the loopback address and a virtual cable without a peer, whose
 * address is reserved for documentation (RFC 5737).
 */
import { spawnSync } from "node:child_process"

const network = [
  "ip link set lo up",
  "ip link add name peers0 type veth peer name peers1",
  "ip address add 192.0.2.9/24 dev peers0",
  "ip link set peers1 up",
  "ip link set peers0 up"
].join(" && ")

/** A user other than root also needs a user namespace, which some systems do not allow. */
const namespaces = process.getuid?.() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"]

const runInNamespace = (command: ReadonlyArray<string>, stderr: "pipe" | "inherit") =>
  spawnSync("unshare", [...namespaces, "--", "sh", "-c", `${network} && exec "$@"`, "sh", ...command], {
    stdio: ["ignore", "inherit", stderr],
    encoding: "utf8"
  })

const probe = runInNamespace(["true"], "pipe")
if (probe.status === 0) {
  process.exitCode = runInNamespace(process.argv.slice(2), "inherit").status ?? 1
} else {
  process.stderr.write(
    `libwebrtc needs a network namespace, which cannot be created: ${probe.error?.message ?? probe.stderr.trim()}\n`
      + "Required: Linux, `unshare` (util-linux), `ip` (iproute2), and root or the right to create user namespaces.\n"
  )
  process.exitCode = 1
}
