#!/usr/bin/env bun
/**
 * `bun run demo`: the whole system on bars that came with the packages, without network or questions.
 *
 * It runs the live worker's code as origin DEMO, shows a report, and stops the PostgreSQL that it started.
 */
import { runCli } from "@dgas/cli/runCli"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { decodeConfig } from "@dgas/domain/Config"
import { watchOf } from "@dgas/engine/Watch"
import { paintRows } from "@dgas/notify/Console"
import { runCells, runTableColumns } from "@dgas/notify/RunTable"
import { disclaimer, signalCells, signalColumns } from "@dgas/notify/SignalTable"
import * as Table from "@dgas/notify/Table"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { demoConfig, demoRanges } from "./DemoConfig.ts"
import { judgeNow } from "./Judging.ts"
import { replay } from "./Replay.ts"
import { makeOwner, workerLayer } from "./Worker.ts"

const shownRuns = 4
const shownSignals = 6

const report = Effect.fn("demo.report")(function*(schedule: string, title: string) {
  const runs = yield* (yield* RunStore).recent({ schedule, origin: "DEMO", limit: shownRuns })
  const signals = yield* (yield* SignalStore).recent({ schedule, origin: "DEMO", limit: shownSignals })
  const colour = process.stdout.isTTY === true
  const width = Table.terminalWidth()
  const cells = signals.map((signal) => signalCells(signal, "UTC"))
  const lines = Table.render(signalColumns("UTC"), cells, width).split("\n")
  yield* Console.log(
    [
      `\n${title}: latest runs\n`,
      Table.render(runTableColumns("UTC"), runs.map((run) => runCells(run, "UTC")), width),
      `\n${title}: latest signals\n`,
      ...(signals.length === 0 ? ["none"] : colour ? paintRows(lines) : lines)
    ].join("\n")
  )
})

const play = Effect.gen(function*() {
  const config = yield* decodeConfig("demo", demoConfig)
  const owner = yield* makeOwner
  const work = Effect.gen(function*() {
    for (const schedule of config.schedules) {
      const watch = watchOf(config, schedule)
      const done = yield* replay([watch], demoRanges[schedule.name]!, {
        origin: "DEMO",
        owner,
        title: schedule.name.padEnd(10)
      })
      const total = done.runs.SUCCESS + done.runs.PARTIAL + done.runs.FAILED
      yield* Console.log(
        `${schedule.name}: ${total} slots run, ${done.before} had been run before, ${done.signals} new signals`
      )
      yield* Console.log(`${schedule.name}: ${yield* judgeNow(config, [watch], "DEMO")}`)
    }
    yield* report("demo-sp500", "S&P 500, days with weeks (real)")
    yield* report("demo-sim", "Simulated market, 30 minutes with 4 hours and 5 minutes (SIM)")
    yield* Console.log(
      [
        "",
        disclaimer,
        "",
        "Where to look next:",
        "  bun run report signals --origin demo           every signal of this demo, also as json or csv",
        "  bun run report outcomes --origin demo          what became of each, and why",
        "  bun run report runs --origin demo --limit 50   what each cycle did",
        "  bun run report gates --origin demo             which gate stopped how many symbols",
        "  bun run report why --symbol SIM-ECHO --origin demo   every gate of its last decision, with the numbers",
        "  bun run report levels --symbol ^GSPC           levels of the next bar, and how often bars reached them",
        "  bun run report events --origin demo            what price did at the levels that demo-sim watches",
        "  bun run report bars --symbol ^GSPC --timeframe 1w",
        "  bun run api                                    the same in a browser: choose demo on the page",
        "  bun run scheduler --once                       one live cycle of dgas.config.ts (needs a network)",
        "  bun run db:stop                                stops the embedded PostgreSQL that a report starts"
      ].join("\n")
    )
  })
  yield* Console.log("dgas demo: real S&P 500 days and a simulated market, replayed through the live worker's code")
  yield* work.pipe(Effect.provide(workerLayer(config, { root: process.cwd(), stopWhenDone: true })))
})

runCli(Command.make("demo", {}, () => play).pipe(Command.withDescription("Shows the whole system at work")))
