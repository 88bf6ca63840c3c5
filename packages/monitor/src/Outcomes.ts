/**
 * Judges stored entries by the stored bars after them.
 *
 * Each is judged from its beginning, with the rules that its run had, as far as its schedule was run: so the outcome is what
 * the analyzer saw of its live signal, and whoever judges comes to the same. PENDING ones are looked at again when a slot was
 * run or a bar was stored since, final ones when what they were judged by is another. What fails of one entry keeps no other
 * from being judged, a page that cannot be read keeps nothing that was found from being told, and what cannot be told is stored
 * all the same.
 */
import { BarStore } from "@dgas/db/BarStore"
import type { Cost } from "@dgas/db/DoubtedOutcomes"
import type { EntriesQuery, Place } from "@dgas/db/EntriesQuery"
import { OptionStore } from "@dgas/db/OptionStore"
import { type EntryToJudge, OutcomeStore } from "@dgas/db/OutcomeStore"
import type { SqlFailure } from "@dgas/db/SqlFailure"
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { Origin } from "@dgas/domain/Origin"
import { isFinal, isOtherEnd, type OutcomeUpdate } from "@dgas/domain/Outcome"
import type { OutcomeNews, OutcomeTelling } from "@dgas/domain/OutcomeNews"
import { timeframeMs } from "@dgas/domain/Timeframe"
import { type Watch, watchFrom } from "@dgas/engine/Watch"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { hasGone, kept } from "./KeptOutcome.ts"
import { spanPrices } from "./SpanPrices.ts"
import { TradingBars } from "./TradingBars.ts"
import { Trial } from "./Trial.ts"

export interface JudgeQuery {
  readonly origin: Origin
  /** Only of these; else of all. */
  readonly schedules?: ReadonlyArray<string>
  /** What round trips cost by the configuration of now. */
  readonly costs: ReadonlyArray<Cost>
  /** Whether other costs alone are a reason to look at final outcomes; so they are where it is left out. */
  readonly recost?: boolean
  /** Whether final outcomes are looked at too, for what may have changed them. */
  readonly doubts: boolean
  /** What tells of entries that have ended, or ended otherwise than was known. It is written with what it tells. */
  readonly messages?: (
    news: ReadonlyArray<OutcomeNews>
  ) => Effect.Effect<ReadonlyArray<OutcomeTelling>, SqlFailure>
}

/** What one look found. `pending` are all, also those without news; `ended` are those that were not final before, `changed` those that were, with another outcome. */
export interface Judged {
  readonly pending: number
  readonly ended: ReadonlyArray<OutcomeUpdate>
  readonly changed: ReadonlyArray<OutcomeUpdate>
  /** Entries that could not be judged, stored or told, and why. */
  readonly failures: ReadonlyArray<string>
  /** What kept it from going on; what it had found and written by then is here. Null where nothing did. */
  readonly stopped: Cause.Cause<SqlFailure> | null
}

/** Entries that are read and written at once. */
const pageSize = 200
/** News wait for those of the pages after theirs, so that what ended at one bar close is told together; no more than so many. */
const mostHeld = 1000
const atOnce = 2

export const judgeOutcomes = Effect.fn("judgeOutcomes")(function*(query: JudgeQuery) {
  const store = yield* OutcomeStore
  const { costs, doubts, messages: messagesOf, origin, recost = true, schedules } = query
  const watches = yield* makeWatches
  const costOf = new Map(costs.map(({ costPct, schedule, symbol }) => [`${schedule}/${symbol}`, costPct]))
  const found: {
    pending: number
    ended: Array<OutcomeUpdate>
    changed: Array<OutcomeUpdate>
    failures: Array<string>
    stopped: Cause.Cause<SqlFailure> | null
  } = { pending: 0, ended: [], changed: [], failures: [], stopped: null }

  const held: Array<OutcomeNews> = []

  const judgePage = Effect.fnUntraced(function*(entries: ReadonlyArray<EntryToJudge>) {
    const judged = yield* Effect.forEach(entries, (entry) =>
      Effect.gen(function*() {
        const { id, known, optionsId, schedule, symbol } = entry
        const costPct = costOf.get(`${schedule}/${symbol}`) ?? known?.costPct ?? 0
        const judging = Effect.flatMap(watches(optionsId), (watch) => judge(watch, entry, origin, costPct))
        const failed = (why: string): Effect.Effect<OutcomeUpdate | null> =>
          Effect.sync(() => {
            found.failures.push(`${id}: ${why}`)
            return null
          })
        const update = yield* judging.pipe(
          Effect.catchTag(["SqlTimeout", "StoreRefused"], ({ message }) => failed(message)),
          Effect.catchDefect((defect) => failed(oneLine(defect)))
        )
        return { known, update }
      }), { concurrency: atOnce })
    // Also what is as it was: who has looked need not look again before there is news.
    const news = judged.flatMap(({ known, update }): ReadonlyArray<OutcomeNews> =>
      update === null ? [] : [{ now: update, known }]
    )
    const isTold = (one: OutcomeNews) => messagesOf !== undefined && (hasEnded(one) || hasChanged(one))
    held.push(...news.filter(isTold))
    yield* write(news.filter((one) => !isTold(one)))
    if (held.length >= mostHeld) yield* tell(held.splice(0))
  })

  /** Together or, where the tables refuse that, one by one, so that none keeps another from being stored. */
  const write = (
    news: ReadonlyArray<OutcomeNews>,
    messages: ReadonlyArray<OutboxMessage> = []
  ): Effect.Effect<void, SqlFailure> =>
    news.length === 0 ? Effect.void : store.write(
      news.map(({ known, now }) => ({ update: now, readOver: known?.evaluatedAt ?? null })),
      messages
    ).pipe(
      Effect.map((written) => {
        const stored = news.filter(({ now }) => written.has(now.signalId))
        for (const one of stored.filter(hasEnded)) found.ended.push(one.now)
        for (const one of stored.filter(hasChanged)) found.changed.push(one.now)
      }),
      Effect.catchTag("StoreRefused", ({ message }) => {
        if (news.length > 1) {
          return Effect.forEach(news, (one) => messages.length > 0 ? tell([one]) : write([one]), { discard: true })
        }
        const [id] = news.map(({ now }) => now.signalId)
        found.failures.push(
          `${id}: ${messages.length > 0 ? "what tells of it" : "its outcome"} is not stored, ${message}`
        )
        return messages.length > 0 ? write(news) : Effect.void
      }),
      // It may have been written all the same, which the next look finds.
      Effect.catchTag("SqlTimeout", ({ message }) => {
        const others = news.length > 1 ? ` and ${news.length - 1} others` : ""
        found.failures.push(`${news[0]?.now.signalId}${others}: ${message}`)
        return Effect.void
      })
    )

  /** Of several that cannot be told together each is tried by itself; one that cannot be told is stored all the same. */
  const tell = (news: ReadonlyArray<OutcomeNews>): Effect.Effect<void, SqlFailure> =>
    Effect.gen(function*() {
      if (news.length === 0 || messagesOf === undefined) return yield* write(news)
      const tellings = yield* Effect.suspend(() => messagesOf(news)).pipe(Effect.catchDefect((defect) => {
        if (news.length > 1) return Effect.succeed(null)
        found.failures.push(`${news[0]?.now.signalId}: what tells of it cannot be made, ${oneLine(defect)}`)
        return Effect.succeed([])
      }))
      if (tellings === null) return yield* Effect.forEach(news, (one) => tell([one]), { discard: true })
      const told = new Set(tellings.flatMap(({ signalIds }) => signalIds))
      yield* write(news.filter(({ now }) => !told.has(now.signalId)))
      for (const { messages, signalIds } of tellings) {
        yield* write(news.filter(({ now }) => signalIds.includes(now.signalId)), messages)
      }
    })

  const given = { origin, ...schedules === undefined ? {} : { schedules } }
  const all = Effect.fnUntraced(function*(
    read: (query: EntriesQuery) => Effect.Effect<ReadonlyArray<EntryToJudge>, SqlFailure>
  ) {
    let after: Place | null = null
    while (true) {
      const entries: ReadonlyArray<EntryToJudge> = yield* read({ ...given, limit: pageSize, after })
      yield* judgePage(entries)
      const last: EntryToJudge | undefined = entries.at(-1)
      if (last === undefined || entries.length < pageSize) return
      after = { at: last.signalTimestamp, id: last.id }
    }
  })

  /** What fails of one part keeps the others from nothing, and takes nothing back. */
  const part = <R>(work: Effect.Effect<void, SqlFailure, R>) =>
    Effect.catchCause(work, (cause) => {
      if (Cause.hasInterrupts(cause)) return Effect.failCause(cause)
      found.stopped ??= cause
      return Effect.void
    })
  const pages = (read: Parameters<typeof all>[0]) =>
    Effect.andThen(part(all(read)), part(Effect.suspend(() => tell(held.splice(0)))))
  yield* pages(store.living)
  if (doubts) yield* pages((page) => store.doubtful(page, recost ? costs : []))
  yield* part(Effect.map(store.pending(given), (count) => {
    found.pending = count
  }))
  const judged: Judged = found
  return judged
})

/** What became of one entry by the bars that are stored now; null where they are restated just now, so that the next look finds it. */
const judge = Effect.fnUntraced(function*(watch: Watch, entry: EntryToJudge, origin: Origin, costPct: number) {
  const bars = yield* BarStore
  const { instrumentId, readAt, signalTimestamp, until } = entry
  const { fillBars, holdBars } = watch.rules
  const prices = yield* spanPrices(watch, entry, origin)
  const trial = new Trial(entry, { rules: watch.rules, costPct, leave: prices.leave })
  const trading = new TradingBars(watch.base === watch.schedule.trading ? null : watch.tradingGrid)
  const closes = new Set<number>()
  // Nights, holidays and bars that are missing make the span longer than its bars, nobody knows how long.
  let span = (fillBars + holdBars + 1) * timeframeMs(watch.schedule.trading)
  for (let from = signalTimestamp; from < until && !trial.ended; span *= 2) {
    const to = Math.min(from + span, until)
    const read = yield* bars.range(instrumentId, watch.base, from, to)
    for (const bar of read) {
      if (trial.ended || bar.closeTime > until) break
      closes.add(bar.closeTime)
      for (const whole of trading.push(prices.bar(bar))) trial.take(whole)
    }
    from = to
  }
  if (yield* prices.isOver) return null
  for (const whole of trading.flush(until)) trial.take(whole)
  trial.leaveBefore(until + 1)
  const missingUntil = (instant: number) =>
    watch.baseGrid.closes(signalTimestamp, instant).filter((close) => !closes.has(close)).length
  const ended = trial.outcome({ barsMissing: 0, evaluatedAt: readAt })
  const found = { ...ended, barsMissing: missingUntil(ended.decidedAt ?? until) }
  return hasGone(entry.known, found, missingUntil) ? kept(entry.known, entry, found) : found
})

/** The watch of each options, which many entries share. */
const makeWatches = Effect.gen(function*() {
  const options = yield* OptionStore
  const known = new Map<string, Watch>()
  return Effect.fnUntraced(function*(id: string) {
    const watch = known.get(id) ??
      (yield* Effect.flatMap(
        options.get(id),
        (found) => found === null ? Effect.die(new Error(`options ${id} are not stored`)) : watchFrom(found)
      ))
    known.set(id, watch)
    return watch
  })
})

const oneLine = (defect: unknown): string => String(defect).replaceAll(/\s+/g, " ")

const hasEnded = ({ known, now }: OutcomeNews): boolean =>
  isFinal(now.outcome) && (known === null || !isFinal(known.outcome))

const hasChanged = ({ known, now }: OutcomeNews): boolean =>
  known !== null && isFinal(known.outcome) && isOtherEnd(known, now)
