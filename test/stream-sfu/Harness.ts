/**
 * A test with an SFU in memory and a client of its own, under `TestClock`.
 */
import { it } from "@effect/vitest"
import { SfuClient } from "effect-track-resolver"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as FakeSfu from "./FakeSfu.ts"

export const genericSdps = { subscriberSdp: "v=0 subscriber", publisherSdp: "v=0 publisher" }

export const join = SfuClient.use((client) => client.join({ sessionId: "alice-1", genericSdps }))

export const withSfu = <A, E>(
  name: string,
  test: (sfu: FakeSfu.FakeSfu) => Effect.Effect<A, E, SfuClient | Scope.Scope>,
  options?: Partial<StreamSfuClient.StreamSfuOptions>
): void =>
  it.effect(name, () => {
    const sfu = FakeSfu.make()
    const layer = StreamSfuClient.layer({ ...FakeSfu.options, ...options }).pipe(Layer.provide(sfu.layer))
    return Effect.provide(test(sfu), layer)
  })

/** What became of a socket: the names of the requests it heard, and the code it was closed with. */
export const story = (sfu: FakeSfu.FakeSfu, n = 0): ReadonlyArray<string | number | undefined> =>
  sfu.sockets[n]!.heard.map((heard) => "close" in heard ? heard.close : heard.requestPayload)
