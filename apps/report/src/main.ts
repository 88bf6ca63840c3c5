#!/usr/bin/env bun
/** The reporting command line. */
import { runCli } from "@dgas/cli/runCli"
import * as Command from "effect/cli/Command"
import { barCommands } from "./flags/Bars.ts"
import { keyCommands } from "./flags/Keys.ts"
import { levelCommands } from "./flags/Levels.ts"
import { messageCommands } from "./flags/Messages.ts"
import { pageCommands } from "./flags/Pages.ts"
import { runCommands } from "./flags/Runs.ts"
import { signalCommands } from "./flags/Signals.ts"

runCli(
  Command.make("report").pipe(
    Command.withDescription("Reads what dgas stored, and analyses files of bars"),
    Command.withSubcommands([
      ...runCommands,
      ...signalCommands,
      ...levelCommands,
      ...messageCommands,
      ...keyCommands,
      ...pageCommands,
      ...barCommands
    ])
  )
)
