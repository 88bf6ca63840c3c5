/**
 * What `effect/cli` asks of its platform, as far as our commands use it: arguments, and whether output is a terminal.
 *
 * Only the wizard asks questions, and for it Node's own services are loaded; for all else they would cost a quarter
 * of the start. What is not there dies, since only a change of ours can ask for it.
 */
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { isatty } from "node:tty"

const absent = (what: string) => Effect.die(new Error(`${what} is not part of the command line's services`))

const lean = Layer.mergeAll(
  FileSystem.layerNoop({}),
  Path.layer,
  Layer.succeed(ChildProcessSpawner.ChildProcessSpawner, ChildProcessSpawner.make(() => absent("a child process"))),
  Layer.succeed(
    Stdio.Stdio,
    Stdio.make({
      args: Effect.sync(() => process.argv.slice(2)),
      stdinIsTerminal: Effect.sync(() => isatty(0)),
      stdoutIsTerminal: Effect.sync(() => isatty(1)),
      stderrIsTerminal: Effect.sync(() => isatty(2)),
      stdout: () => Sink.unwrap(absent("a sink of standard output")),
      stderr: () => Sink.unwrap(absent("a sink of standard error")),
      stdin: Stream.unwrap(absent("standard input"))
    })
  ),
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      columns: Effect.sync(() => process.stdout.columns ?? 80),
      rows: Effect.sync(() => process.stdout.rows ?? 24),
      size: absent("the size of the terminal"),
      readInput: absent("a key"),
      readLine: absent("a line"),
      display: (text) => Effect.sync(() => void process.stdout.write(text))
    })
  )
)

const whole = Layer.unwrap(
  Effect.map(Effect.promise(() => import("@effect/platform-node/NodeServices")), (services) => services.layer)
)

/** The platform's services, and what the terminal can show, which is looked up without opening standard input. */
export const layer = TerminalCapabilities.layer.pipe(
  Layer.provideMerge(process.argv.includes("--wizard") ? whole : lean)
)
