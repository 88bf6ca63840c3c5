/**
 * A history of real daily bars, replayed, judged and reported by the code that the commands run, over a database of its own.
 *
 * The bars are those of the data beside the repository, which are no part of it: `dailyBars` is null where they are absent.
 */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { decodeConfig } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { calibrated } from "@dgas/monitor/Calibrated"
import { costsOf } from "@dgas/monitor/Costs"
import { edgeFound } from "@dgas/monitor/EdgeFound"
import { judgeOutcomes } from "@dgas/monitor/Outcomes"
import { matchedTwins } from "@dgas/monitor/Twins"
import { Destinations } from "@dgas/notify/Destinations"
import * as Router from "@dgas/notify/Router"
import { calibrationPage } from "@dgas/report/CalibrationPage"
import { edgePage } from "@dgas/report/EdgePage"
import { judgedFilter, judgedSignals } from "@dgas/report/Judged"
import { pageHtml } from "@dgas/report/PageHtml"
import { replay } from "@dgas/scheduler/Replay"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

export const symbols = ["SPY", "IBM", "BAC"] as const

const files = resolve(import.meta.dir, "../../shared/data/ohlcv/permissive")
const fileOf = (symbol: string) => join(files, `${symbol}_1d.csv.gz`)

export const dailyBars: string | null = symbols.every((symbol) => existsSync(fileOf(symbol))) ? files : null

/** As a source of files wants them; gone with the scope. */
const folderOfFiles = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "dgas-judged-"))
    for (const symbol of symbols) symlinkSync(fileOf(symbol), join(folder, `${symbol}_1d.csv.gz`))
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const configOf = (folder: string) =>
  decodeConfig("bench", {
    sources: { files: { kind: "csv", folder } },
    universes: {
      stocks: {
        source: "files",
        calendar: "XNYS",
        instruments: symbols.map((symbol) => ({ symbol, tick: 0.01, costs: { spreadPct: 0.02, feePct: 0.01 } }))
      }
    },
    schedules: [{ name: "daily", universe: "stocks", trading: "1d", higher: "1w" }]
  })

const flags = { symbol: Option.none(), schedule: Option.none(), since: Option.none(), origin: "replay" } as const

/** Of the days from `from` to `to`, epoch milliseconds. Milliseconds of each part beside what it came to. */
export const judgedYears = Effect.fn("judgedYears")(function*(from: number, to: number) {
  const config = yield* configOf(yield* folderOfFiles)
  const work = Effect.gen(function*() {
    const started = performance.now()
    const watch = watchOf(config, config.schedules[0])
    const done = yield* replay([watch], { from, to }, { origin: "REPLAY", owner: "bench", title: null })
    const replayed = performance.now()
    const outcomes = yield* judgeOutcomes({ origin: "REPLAY", costs: costsOf(config), doubts: false })
    if (outcomes.stopped !== null) return yield* Effect.failCause(outcomes.stopped)
    const judged = performance.now()
    const { scope, signals } = yield* judgedSignals(flags, "UTC", {})
    const calibration = calibrated(signals)
    const edge = edgeFound(signals, yield* matchedTwins(signals, judgedFilter(flags, {})))
    const html = [pageHtml(calibrationPage(calibration, scope)), pageHtml(edgePage(edge, scope, "UTC"))]
    const reported = performance.now()
    return {
      done,
      outcomes,
      signals,
      calibration,
      edge,
      html,
      ms: { replay: replayed - started, judge: judged - replayed, report: reported - judged, all: reported - started }
    }
  })
  const engine = PredictionEngine.layer.pipe(Layer.provideMerge(Layer.mergeAll(
    Router.layer(config).pipe(Layer.provide([BaseRates.layer, Destinations.none])),
    BarSources.layer(config.sources, { root: "/", universes: config.universes })
  )))
  return yield* work.pipe(Effect.provide(Layer.fresh(engine.pipe(Layer.provideMerge(TestDatabase.layer)))))
}, Effect.scoped)
