import type { Attack } from "./Attack.ts"
import { callAttacks } from "./calls.ts"
import { datagramAttacks } from "./datagrams.ts"
import { handshakeAttacks } from "./handshakes.ts"
import { offerAttacks } from "./offers.ts"
import { website } from "./website.ts"
import { wordAttacks } from "./words.ts"

/** In the order in which they run. */
export const attacks: ReadonlyArray<Attack> = [
  ...datagramAttacks,
  ...wordAttacks,
  ...offerAttacks,
  ...handshakeAttacks,
  ...website,
  ...callAttacks
]
