/**
 * Runs a command line and ends the process with what scripts rely on: 0 fine, 1 failed, 2 wrong usage, 3 a promise was
 * not kept, 130 after SIGINT or SIGTERM. A failure is one line on standard error, without a stack; a defect keeps its stack.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CommandServices from "./CommandServices.ts"
import { PromiseBroken } from "./PromiseBroken.ts"
import { WrongUsage } from "./WrongUsage.ts"

const version = "0.1.0"

/** The one line that a person reads for a failure. */
export const errorLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error)
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").join("; ")
}

/** A mistake in the flags is a line like any other failure, and help stays out of what a program reads. */
const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error(
        `error: ${event.errors.map(errorLine).join("; ")} (${event.commandPath.join(" ")} --help tells the flags)`
      )
      : CliOutput.defaultPresenter.present(event)
})

const exitCode = (exit: Exit.Exit<unknown, unknown>): number => {
  if (Exit.isSuccess(exit)) return 0
  if (Cause.hasInterruptsOnly(exit.cause)) return 130
  const failure = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (failure instanceof PromiseBroken) return 3
  return CliError.isCliError(failure) || failure instanceof WrongUsage ? 2 : 1
}

export const runCli = <Name extends string, Input, E, ContextInput>(
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>
): void =>
  NodeRuntime.runMain(
    Command.run(command, { version }).pipe(
      Effect.tapCause((cause) => {
        const failure = Option.getOrUndefined(Cause.findErrorOption(cause))
        if (Cause.hasInterruptsOnly(cause) || CliError.isCliError(failure)) return Effect.void
        return Console.error(failure === undefined ? Cause.pretty(cause) : `error: ${errorLine(failure)}`)
      }),
      Effect.provide(Layer.merge(CommandServices.layer, presenter))
    ),
    { disableErrorReporting: true, teardown: (exit, onExit) => onExit(exitCode(exit)) }
  )
