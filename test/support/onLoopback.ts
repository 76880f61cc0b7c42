/**
 * Configures werift to bind 127.0.0.1 and to offer no other address. For connections that a test opens itself; the
 * library has `loopbackOnly`.
 */
import type { RTCPeerConnection } from "werift"

export const onLoopback = {
  iceServers: [],
  iceUseIpv4: false,
  iceUseIpv6: false,
  iceAdditionalHostAddresses: ["127.0.0.1"],
  iceInterfaceAddresses: { udp4: "127.0.0.1" },
  bundlePolicy: "max-bundle"
} satisfies ConstructorParameters<typeof RTCPeerConnection>[0]
