/** On what terms entries were given, and when others could have been: what a random entry is matched by. */
import { Origin } from "@dgas/domain/Origin"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type JudgedFilter, ofRuns } from "./OutcomeHistory.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** `optionsId` is what `OptionStore` has the rules of the entry's run under. */
const EntryTerm = Schema.Struct({ id: Schema.String, instrumentId: Schema.Int, optionsId: Schema.String })
export type EntryTerm = typeof EntryTerm.Type

/** The bar closes at which a schedule was run, oldest first, epoch milliseconds. */
const ScheduleSlots = Schema.Struct({ schedule: Schema.String, origin: Origin, slots: Schema.Array(Schema.Int) })
export type ScheduleSlots = typeof ScheduleSlots.Type

/** As of `OutcomeHistory`; what does not concern runs does not filter them. */
export type TermsFilter = Omit<JudgedFilter, "status">

export class EntryTerms extends Context.Service<EntryTerms, {
  /** Of entries that filled and ended by their bars. Those of runs that did not keep their inputs have none. */
  readonly ofFills: (filter: TermsFilter) => Effect.Effect<ReadonlyArray<EntryTerm>, SqlFailure>
  readonly slots: (filter: TermsFilter) => Effect.Effect<ReadonlyArray<ScheduleSlots>, SqlFailure>
}>()("@dgas/db/EntryTerms") {
  static readonly layer = Layer.effect(
    EntryTerms,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const ofFills = Effect.fn("EntryTerms.ofFills")(function*(filter: TermsFilter) {
        const { since, symbol } = filter
        const rows = yield* run("terms of fills", (sql) =>
          sql`
            select signal.id, instrument.id as "instrumentId", run.options_id as "optionsId"
            from generated_signals as signal
            join prediction_runs as run on run.id = signal.run_id
            join run_options as made on made.id = run.options_id
            join instruments as instrument
              on instrument.source = made.options->'universe'->>'source' and instrument.symbol = signal.symbol
            where signal.signal_type in ('LONG', 'SHORT') and signal.filled and signal.decided_at is not null
              and signal.corrected_at is null
              and ${ofRuns(sql, "signal", filter)}
              ${symbol === undefined ? sql`` : sql`and signal.symbol = ${symbol}`}
              ${since === undefined ? sql`` : sql`and signal.signal_timestamp >= ${since}::timestamptz`}
            order by signal.signal_timestamp, signal.id`)
        return yield* decodeTerms(rows)
      })

      const slots = Effect.fn("EntryTerms.slots")(function*(filter: TermsFilter) {
        const { since } = filter
        const rows = yield* run("slots of schedules", (sql) =>
          sql`
            select schedule, origin,
              jsonb_agg((extract(epoch from slot_at) * 1000)::int8 order by slot_at) as slots
            from prediction_runs as run
            where ${ofRuns(sql, "run", filter)}
              ${since === undefined ? sql`` : sql`and slot_at >= ${since}::timestamptz`}
            group by schedule, origin order by schedule, origin`)
        return yield* decodeSlots(rows)
      })

      return EntryTerms.of({ ofFills, slots })
    })
  )
}

const decodeTerms = rowsOf(EntryTerm)
const decodeSlots = rowsOf(ScheduleSlots)
