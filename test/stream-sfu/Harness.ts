/**
 * A test with an SFU in memory and a client of that SFU, under `TestClock`.
 */
import { it } from "@effect/vitest"
import { SfuClient } from "effect-track-resolver"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as FakeSfu from "./FakeSfu.ts"

type JoinOptions = Parameters<SfuClient["Service"]["join"]>[0]

export const genericSdps = { subscriberSdp: "v=0 subscriber", publisherSdp: "v=0 publisher" }

export const joinWith = (options: Partial<JoinOptions>) =>
  SfuClient.use((client) => client.join({ sessionId: "alice-1", genericSdps, ...options }))

export const join = joinWith({})

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

/** What socket `n` received: the names of the requests, and last the code with which the client closed. */
export const socketLog = (sfu: FakeSfu.FakeSfu, n = 0): ReadonlyArray<string | number | undefined> =>
  sfu.sockets[n]!.received.map((received) => "close" in received ? received.close : received.requestPayload)
