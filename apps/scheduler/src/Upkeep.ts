/**
 * What keeps the database of a worker well over the years: one of several workers takes out old rows once a day, and keeps
 * numbers of performance once an hour; and it is told when the disk of an embedded one has little space left, when restored
 * messages wait, and where a provider has another calendar.
 *
 * It runs beside the slots and never holds them up. What fails, be it by a bug, is told once a day, keeps nothing else, and
 * is tried again.
 */
import { ChoreStore } from "@dgas/db/ChoreStore"
import * as Database from "@dgas/db/Database"
import { DbClock } from "@dgas/db/DbClock"
import { diskWarning } from "@dgas/db/DiskSpace"
import { FeedStore } from "@dgas/db/FeedStore"
import { restoredMessages } from "@dgas/db/OutboxRelease"
import { prune, type Pruned } from "@dgas/db/Retention"
import type { Config } from "@dgas/domain/Config"
import type { LoadedConfig } from "@dgas/domain/ConfigFile"
import { historyStart, type Watch } from "@dgas/engine/Watch"
import { rollUp } from "@dgas/monitor/Rollup"
import * as Effect from "effect/Effect"
import { checkCalendars } from "./CalendarCheck.ts"
import { watchesOf } from "./Worker.ts"

const chore = "db:prune"
const rollupChore = "performance:rollup"
/** Several times what it takes; a worker that dies in it leaves it to another one for the next hour. */
const choreLeaseMs = 3_600_000
const lookMs = 600_000
/** A warning that goes on is told again once a day. */
const warnAgainLooks = 144

/** Open time from which on the schedules need bars of a minute at `now`, also for the latest slot that they may still run. */
export const minuteBarsFrom = (watches: ReadonlyArray<Watch>, now: number): number =>
  Math.min(
    ...watches.filter(({ base }) => base === "1m").map((watch) =>
      historyStart(watch, now - watch.schedule.maxLatenessHours * 3_600_000)
    )
  )

const pruneFor = Effect.fnUntraced(function*(
  { retention }: Config,
  watches: ReadonlyArray<Watch>,
  { dryRun = false } = {}
) {
  const now = yield* (yield* DbClock).now
  return yield* prune({ retention, minuteBarsFrom: minuteBarsFrom(watches, now), dryRun })
})

/** For the command line, where nobody waits for the connection: counting may take longer than statements may. */
export const pruneNow = Effect.fnUntraced(function*({ config, file, root }: LoadedConfig, dryRun: boolean) {
  const watches = yield* watchesOf(file, config, null)
  const { migrate } = config
  return yield* pruneFor(config, watches, { dryRun }).pipe(
    Effect.provide(
      Database.layer({ root, migrate, pool: "prune", stopWhenDone: true, statementTimeoutMs: 300_000 })
    )
  )
})

const pruneDaily = Effect.fnUntraced(function*(config: Config, watches: ReadonlyArray<Watch>, owner: string) {
  const chores = yield* ChoreStore
  const mine = yield* chores.claim(chore, owner, choreLeaseMs)
  if (mine === null) return
  const pruned = yield* pruneFor(config, watches)
  yield* (yield* FeedStore).forget
  yield* chores.forget
  yield* chores.done(mine, { pruned: pruned.filter(({ rows }) => rows > 0) })
  const rows = sum(pruned)
  if (rows > 0) yield* Effect.logInfo(`${rows} rows had been kept for their days and have gone`)
})

const rollUpHourly = Effect.fnUntraced(function*(
  { retention, sla }: Config,
  watches: ReadonlyArray<Watch>,
  owner: string
) {
  const chores = yield* ChoreStore
  const mine = yield* chores.claim(rollupChore, owner, choreLeaseMs, "hour")
  if (mine === null) return
  const before = yield* chores.lastHourly(rollupChore)
  const now = yield* (yield* DbClock).now
  const last = typeof before?.["at"] === "number" ? before["at"] : null
  const periods = yield* rollUp({ now, last, sla, retention, watches })
  yield* chores.done(mine, { at: now, periods })
})

const sum = (pruned: ReadonlyArray<Pruned>) => pruned.reduce((sum, { rows }) => sum + rows, 0)

const diskLow = Effect.fnUntraced(function*(root: string) {
  const folder = yield* Database.dataFolder(root)
  const warning = folder === null ? null : yield* diskWarning(folder)
  return warning === null ? [] : [warning]
})

const restoredWait = Effect.map(
  restoredMessages,
  (waiting) =>
    waiting === 0 ? [] : [`${waiting} messages are held since a restore: bun run db:release lets them go out`]
)

/** Warnings of it. What keeps it from its work is one, be it a bug, and keeps no other. */
const guarded = <E extends { readonly message: string }, R>(
  what: string,
  work: Effect.Effect<ReadonlyArray<string> | void, E, R>
) =>
  work.pipe(
    Effect.map((warnings) => warnings ?? []),
    Effect.catch(({ message }) => Effect.succeed([`${what}: ${message}; trying again`])),
    Effect.catchDefect((defect) => Effect.succeed([`${what}: a bug, ${String(defect)}; trying again`]))
  )

/** Never ends. `watches` are all schedules of the configuration, `root` the folder of the project. */
export const upkeep = Effect.fn("upkeep", { root: true })(function*(
  config: Config,
  watches: ReadonlyArray<Watch>,
  owner: string,
  root: string
) {
  const chores = Effect.all([
    guarded("old rows", pruneDaily(config, watches, owner)),
    guarded("calendars", checkCalendars(config, owner)),
    guarded("roll-ups of performance", rollUpHourly(config, watches, owner)),
    guarded("restored messages", restoredWait),
    guarded("disk", diskLow(root))
  ])
  const told = new Map<string, number>()
  let looks = 0
  const look = Effect.gen(function*() {
    const now = looks++
    for (const warning of (yield* chores).flat()) {
      // Numbers change all the time, and are no news.
      const kind = warning.replaceAll(/[\d.]+/g, "")
      if (now - (told.get(kind) ?? -Infinity) < warnAgainLooks) continue
      told.set(kind, now)
      yield* Effect.logWarning(warning)
    }
  })
  return yield* look.pipe(
    // Nobody waits for this fiber, so a bug that ended it would end upkeep unseen.
    Effect.catchDefect((defect) => Effect.logError(`upkeep: a bug ended a look, ${String(defect)}; trying again`)),
    Effect.andThen(Effect.sleep(lookMs)),
    Effect.forever
  )
})
