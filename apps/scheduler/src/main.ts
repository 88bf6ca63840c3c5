#!/usr/bin/env bun
/** The worker's command line: live, one cycle, or a replay. */
import { runCli } from "@dgas/cli/runCli"
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { loadConfig } from "@dgas/domain/ConfigFile"
import { failOutOfSpan } from "@dgas/market/TradingCalendar/CalendarOutOfSpan"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { asOfInstant, replayRange } from "./Instants.ts"

const scheduler = Command.make(
  "scheduler",
  {
    once: Flag.Boolean("once").pipe(
      Flag.withDescription("run one cycle of each schedule for the bar that closed last, and end"),
      Flag.withDefault(false)
    ),
    asOf: Flag.String("as-of").pipe(
      Flag.withDescription("with --once: as of this ISO instant, as a replay of it"),
      Flag.optional
    ),
    replay: Flag.String("replay").pipe(
      Flag.withDescription("FROM..TO, dates or ISO instants: run every slot in between, each as of its own time"),
      Flag.optional
    ),
    deliverOnly: Flag.Boolean("deliver-only").pipe(
      Flag.withDescription("bring messages to their destinations and run no slots, until it is stopped"),
      Flag.withDefault(false)
    ),
    logFormat: Flag.Literals("log-format", ["human", "json"]).pipe(
      Flag.withDescription("lines for people, or one JSON object a line; by default people where there is a terminal"),
      Flag.optional
    ),
    schedule: Flag.String("schedule").pipe(Flag.withDescription("only this schedule"), Flag.optional),
    config: Flag.String("config").pipe(
      Flag.withDescription("the configuration, dgas.config.ts of the working directory by default"),
      Flag.optional
    )
  },
  (flags) =>
    Effect.gen(function*() {
      const { asOf, once } = flags
      const range = Option.getOrNull(flags.replay)
      if (Option.isSome(asOf) && !once) {
        return yield* new WrongUsage({ flag: "as-of", found: "no --once", expected: "both together" })
      }
      if (range !== null && once) {
        return yield* new WrongUsage({ flag: "replay", found: "--once as well", expected: "one of the two" })
      }
      if (flags.deliverOnly && (once || range !== null || Option.isSome(flags.schedule))) {
        const found = once ? "--once as well" : range !== null ? "--replay as well" : "--schedule as well"
        return yield* new WrongUsage({
          flag: "deliver-only",
          found,
          expected: "it alone: it delivers for all schedules"
        })
      }
      if (Option.isSome(flags.logFormat) && (once || range !== null)) {
        const expected = "the worker that goes on, since a single command prints its result"
        return yield* new WrongUsage({ flag: "log-format", found: once ? "--once" : "--replay", expected })
      }
      const at = yield* asOfInstant(asOf)
      const between = range === null ? null : yield* replayRange(range)
      const loaded = yield* loadConfig(Option.getOrUndefined(flags.config))
      const schedule = Option.getOrNull(flags.schedule)
      if (between === null && !once) {
        const usual = process.stdout.isTTY === true ? "human" as const : "json" as const
        const format = Option.getOrElse(flags.logFormat, () => usual)
        if (flags.deliverOnly) {
          const { deliverProcess } = yield* Effect.promise(() => import("./Delivery.ts"))
          return yield* deliverProcess(loaded, format)
        }
        const { workerProcess } = yield* Effect.promise(() => import("./WorkerProcess.ts"))
        return yield* workerProcess(loaded, schedule, format)
      }
      const commands = yield* Effect.promise(() => import("./Commands.ts"))
      return yield* between !== null
        ? commands.replayRun(loaded, schedule, between)
        : commands.onceRun(loaded, schedule, at)
    }).pipe(failOutOfSpan)
).pipe(Command.withDescription("Watches the schedules of dgas.config.ts and turns closed bars into signals"))

runCli(scheduler)
