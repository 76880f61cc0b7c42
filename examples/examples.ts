/**
 * The examples by name. `inMemory` replaces a program that cannot run under `TestClock`, because sockets need real time.
 */
import type * as Effect from "effect/Effect"
import * as EitherOrder from "./01-either-order.ts"
import * as LeaveInTheMiddle from "./02-leave-in-the-middle.ts"
import * as TwoDevices from "./03-two-devices.ts"
import * as Reconnect from "./04-reconnect.ts"
import * as AnonymousAndAmbiguous from "./05-anonymous-and-ambiguous.ts"
import * as Application from "./06-application.ts"
import * as Call from "./07-call.ts"
import * as PermitLeak from "./08-permit-leak.ts"
import * as Echo from "./09-echo.ts"

type Program = Effect.Effect<void, Error | string>

export const examples: ReadonlyArray<
  readonly [name: string, main: Program, inMemory?: Program]
> = [
  ["either-order", EitherOrder.main],
  ["leave-in-the-middle", LeaveInTheMiddle.main],
  ["two-devices", TwoDevices.main],
  ["reconnect", Reconnect.main],
  ["anonymous-and-ambiguous", AnonymousAndAmbiguous.main],
  ["application", Application.main],
  ["call", Call.main],
  ["permit-leak", PermitLeak.main],
  ["echo", Echo.main, Echo.inMemory]
]
