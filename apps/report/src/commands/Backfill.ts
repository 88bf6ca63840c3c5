/**
 * `report backfill --since INSTANT`: fills the store with the history that sources have of the watched symbols.
 *
 * What is stored is not asked for again, so a run that was stopped, or that a provider's quota ended, goes on where it was.
 */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import * as Database from "@dgas/db/Database"
import { loadConfig } from "@dgas/domain/ConfigFile"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { type Backfilled, type BackfillProgress, makeBackfill } from "@dgas/engine/Backfill"
import { BarSources } from "@dgas/market/BarSources"
import { makeProgress } from "@dgas/notify/Progress"
import { left, right } from "@dgas/notify/Table"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { seriesOf, type Wanted } from "../BackfillSeries.ts"
import { type Column, type Format, print } from "../Rows.ts"
import { sinceInstant } from "../Since.ts"

/** Some of the history is not there, and another run may get it. */
export class BackfillIncomplete extends Schema.TaggedError<BackfillIncomplete>()("BackfillIncomplete", {
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

interface Flags extends Wanted {
  readonly format: Format
  readonly since: Option.Option<string>
  readonly until: Option.Option<string>
}

const again = "the same command goes on from there"

const rangeOf = Effect.fnUntraced(function*(flags: Flags) {
  const since = yield* sinceInstant(flags.since)
  if (since === null) {
    return yield* new WrongUsage({ flag: "since", found: "nothing", expected: "4w, a date or an ISO instant" })
  }
  const asOf = yield* Clock.currentTimeMillis
  const until = (yield* sinceInstant(flags.until, "until")) ?? asOf
  if (until <= since) {
    return yield* new WrongUsage({ flag: "until", found: isoText(until), expected: `a time after ${isoText(since)}` })
  }
  return { since, until: Math.min(until, asOf), asOf }
})

/** What there is to say of a series besides its bars. */
const remark = ({ done, first, refusal, series: { grid } }: Backfilled, since: number, zone: string): string => {
  if (refusal !== null) return refusal
  if (!done) return "not gone through"
  if (first === null) return "the source has no bars of that time"
  const [close] = grid.closes(since, first)
  const earliest = close === undefined ? undefined : grid.slotAt(close - 1)?.openTime
  return earliest !== undefined && earliest >= since && earliest < first
    ? `the source has nothing before ${timeText(first, zone)}`
    : ""
}

const columns = (since: number): ReadonlyArray<Column<Backfilled>> => [
  { name: "symbol", value: ({ series }) => series.instrument.symbol },
  { name: "timeframe", value: ({ series }) => series.grid.timeframe },
  { name: "source", value: ({ series }) => series.source.name },
  { name: "stored", value: ({ stored }) => stored },
  { name: "quarantined", value: ({ quarantined }) => quarantined },
  { name: "outsideSessions", value: ({ outsideSessions }) => outsideSessions },
  { name: "first", value: ({ first }) => first === null ? null : isoText(first) },
  { name: "done", value: ({ done, refusal }) => done && refusal === null },
  { name: "remark", value: (row) => remark(row, since, "UTC") }
]

const shown = (results: ReadonlyArray<Backfilled>, { since, zone }: { since: number; zone: string }, format: Format) =>
  print(format, results, {
    columns: columns(since),
    table: [
      left("symbol"),
      left("timeframe"),
      left("source"),
      right("new bars"),
      right("quarantined"),
      left(`first (${zone})`),
      left("")
    ],
    cells: (row) => [
      row.series.instrument.symbol,
      row.series.grid.timeframe,
      row.series.source.name,
      String(row.stored),
      String(row.quarantined),
      row.first === null ? "" : timeText(row.first, zone),
      remark(row, since, zone)
    ],
    empty: "No series match."
  })

const sum = (results: ReadonlyArray<Backfilled>) => results.reduce((bars, { stored }) => bars + stored, 0)

const soFar = (results: ReadonlyArray<Backfilled>): string =>
  `${results.filter(({ done }) => done).length} of ${results.length} series gone through, ${sum(results)} bars stored`

export const backfill = Effect.fn("backfill")(function*(flags: Flags) {
  const range = yield* rangeOf(flags)
  const { config, root } = yield* loadConfig()
  const zone = config.timeZone
  const work = Effect.gen(function*() {
    const { results, run } = makeBackfill(yield* seriesOf(config, flags), range)
    let progress: Effect.Success<ReturnType<typeof makeProgress>> | null = null
    const onPage = ({ pages, pagesDone }: BackfillProgress) =>
      Effect.gen(function*() {
        progress ??= yield* makeProgress("backfill", pages, "pages", () => {
          const done = results.filter((one) => one.done).length
          return `  ${done}/${results.length} series, ${sum(results)} bars`
        })
        yield* progress.at(pagesDone)
      })
    yield* run(onPage).pipe(
      Effect.catchTag("SourceUnavailable", ({ message }) =>
        Effect.andThen(
          shown(results, { since: range.since, zone }, flags.format),
          new BackfillIncomplete({ detail: `${message}; ${soFar(results)}: ${again}` })
        )),
      Effect.onInterrupt(() => Console.error(`stopped: ${soFar(results)}; ${again}`))
    )
    yield* shown(results, { since: range.since, zone }, flags.format)
    const refused = results.filter(({ refusal }) => refusal !== null)
    if (refused.length > 0) {
      return yield* new BackfillIncomplete({
        detail: `no bars of ${
          refused.map(({ series }) => series.instrument.symbol).join(", ")
        }, see the reason beside them`
      })
    }
  })
  yield* work.pipe(
    Effect.provide(Layer.mergeAll(
      Database.layer({ root, migrate: config.migrate, pool: "report" }),
      BarSources.layer(config.sources, { root, universes: config.universes })
    ))
  )
})
