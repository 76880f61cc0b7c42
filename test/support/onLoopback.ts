/**
 * How werift is told to bind 127.0.0.1 and to offer nothing else, for those connections of the tests that the library
 * does not open.
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
