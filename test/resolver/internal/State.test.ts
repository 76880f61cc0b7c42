/**
 * The state of a correlation, of which nobody sees what it keeps by mistake.
 */
import { Correlation } from "effect-track-resolver"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import * as State from "../../../src/resolver/internal/State.ts"
import { runs } from "../../support/runs.ts"
import { play, script as anyScript } from "../Script.ts"

type Command = Correlation.Command

test("Law 12: nothing is left of any script, after everybody left and every track was retired", () => {
  fc.assert(
    fc.property(anyScript, (script) => {
      const commands: Array<Command> = []
      let state = Correlation.empty(script.options)
      for (const { command, step } of play(script)) {
        state = step.state
        if ("key" in command) commands.push({ _tag: "Cancel", participant: command.key })
        if (command._tag === "Register") {
          const { participant, trackId } = command.track
          if (participant !== undefined) commands.push({ _tag: "Cancel", participant })
          commands.push({ _tag: "Retire", trackId })
        }
      }
      commands.sort((a, b) => a._tag < b._tag ? -1 : 1)
      for (const command of commands) state = Correlation.step(state, command, 0).state
      const { sequence: _, ...left } = state as unknown as State.State
      const { sequence: __, ...empty } = State.empty(script.options)
      expect(left).toEqual(empty)
    }),
    runs(500)
  )
})
