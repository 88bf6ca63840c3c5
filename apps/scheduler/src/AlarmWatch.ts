/**
 * Tells by the same way as signals what is wrong with the system itself: once when it begins, and again each day.
 *
 * What is wrong is read anew at each look, and a worker that looks at the same time finds it told. An alarm about a
 * destination leaves by the others; the console is always one of them.
 */
import { AlarmStore, type ToldAlarm } from "@dgas/db/AlarmStore"
import { DbClock } from "@dgas/db/DbClock"
import { MuteStore } from "@dgas/db/MuteStore"
import type { SqlFailure } from "@dgas/db/Sql"
import type { Config } from "@dgas/domain/Config"
import { isoText } from "@dgas/domain/TimeText"
import type { Watch } from "@dgas/engine/Watch"
import { degradedLooks } from "@dgas/monitor/Degraded"
import { alarmAlert, alarmMessages } from "@dgas/notify/Alarms"
import { DeliveryWake } from "@dgas/notify/DeliveryWake"
import { Destinations } from "@dgas/notify/Destinations"
import { listenersOf } from "@dgas/notify/Listener"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import {
  calibrationTroubles,
  deliveryTroubles,
  diskTrouble,
  outcomeTroubles,
  providerTroubles,
  skewTrouble,
  slaTroubles,
  slotTroubles,
  type Trouble
} from "./Troubles.ts"

const lookMs = 30_000
/** By then what waited for a worker has had its turn. */
const firstLookMs = 5000
const againMs = 24 * 3_600_000
const tellAgainMs = 60_000
/** What is asked of weeks takes its time, and is hardly another a moment later. */
const slowMs = 600_000

/** Some looks could not be made. What the others found is told. */
export class LooksFailed extends Schema.TaggedError<LooksFailed>()("LooksFailed", {
  reasons: Schema.Array(Schema.String)
}) {
  override get message() {
    return this.reasons.join("; ")
  }
}

const databaseNow = Effect.flatMap(DbClock, ({ now }) => now)

const slowLooks = (config: Config, watches: ReadonlyArray<Watch>) => ({
  sla: Effect.flatMap(databaseNow, (now) => slaTroubles(watches, now, config.sla)),
  calibration: calibrationTroubles(watches, degradedLooks()),
  outcomes: Effect.flatMap(databaseNow, (now) => outcomeTroubles(watches, now, config.timeZone))
})

/** Each by itself for its ten minutes; one that failed is made again at the next look. */
export const cachedLooks = Effect.fnUntraced(function*(config: Config, watches: ReadonlyArray<Watch>) {
  const cached = Effect.cachedWithTTL<Array<Trouble>, SqlFailure>((exit) => Exit.isSuccess(exit) ? slowMs : 0)
  const { calibration, outcomes, sla } = slowLooks(config, watches)
  // What was left by a worker that ended is judged soon, and no trouble yet.
  let begins = true
  const later = Effect.suspend(() => {
    if (!begins) return outcomes
    begins = false
    return Effect.succeed([])
  })
  return { sla: yield* cached(sla), calibration: yield* cached(calibration), outcomes: yield* cached(later) }
})

/** One look: tells what is new, and comes back with what was told by it. */
export const lookForAlarms = Effect.fn("lookForAlarms")(function*(
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string,
  slow: ReturnType<typeof slowLooks> = slowLooks(config, watches)
) {
  const store = yield* AlarmStore
  const { all } = yield* Destinations
  const { wake } = yield* DeliveryWake
  const now = yield* (yield* DbClock).now
  const names = new Set(all.map(({ name }) => name))
  const looks = yield* Effect.all([
    found("destination", deliveryTroubles(names, now, config.timeZone)),
    found("missed", slotTroubles(watches, now, config.timeZone)),
    found("provider", providerTroubles(watches, config.timeZone)),
    found("sla", slow.sla),
    found("calibration", slow.calibration),
    found("outcomes", slow.outcomes),
    found("skew", skewTrouble),
    found("disk", diskTrouble(root))
  ])
  const troubles = looks.flatMap((look) => look.troubles)
  const failed = looks.filter(({ failure }) => failure !== null)
  const alarms = yield* store.look(troubles.map(({ name }) => name), failed.map(({ of }) => of))
  const known = new Map(alarms.map((told) => [told.name, told]))
  const toTell = troubles.flatMap((trouble) => {
    const told = known.get(trouble.name)
    if (told === undefined) return [{ trouble, telling: { name: trouble.name, since: now, tellings: 1 } }]
    if (!trouble.again || now - told.toldAt < againMs) return []
    return [{ trouble, telling: { name: told.name, since: told.since, tellings: told.tellings + 1 } }]
  })
  const audience = { listeners: listenersOf(config, all), mutes: yield* mutesFor(toTell), at: now }
  const tell = ({ telling, trouble }: { readonly trouble: Trouble; readonly telling: Omit<ToldAlarm, "toldAt"> }) => {
    const { about, lines, severity, title } = trouble
    const id = `alarm/${telling.name}/${isoText(telling.since)}/${telling.tellings}`
    const alarm = alarmAlert({ id, severity, title, lines, zone: config.timeZone })
    return store.tell(telling, alarmMessages(alarm, { ...audience, except: about }))
  }
  const told = yield* Effect.filter(toTell, tell)
  if (told.length > 0) yield* wake
  if (failed.length > 0) {
    return yield* new LooksFailed({ reasons: failed.map(({ failure, of }) => `${of}: ${failure}`) })
  }
  return told.map(({ trouble }) => trouble)
})

/**
 * What a look finds has names that begin with `of`. One that cannot be made, be it by a bug, must not silence what the
 * others find; it is told in the end, and until it can be made nobody knows whether what it had found is over.
 */
const found = <R>(of: string, look: Effect.Effect<ReadonlyArray<Trouble>, { readonly message: string }, R>) => {
  const failed = (failure: string) => Effect.succeed({ of, troubles: [], failure })
  return look.pipe(
    Effect.map((troubles) => ({ of, troubles, failure: null })),
    Effect.catch(({ message }) => failed(message)),
    Effect.catchDefect((defect) => failed(`a bug, ${String(defect)}`))
  )
}

const mutesFor = (toTell: ReadonlyArray<unknown>) =>
  toTell.length === 0 ? Effect.succeed([]) : Effect.flatMap(MuteStore, ({ active }) => active(null))

/** Never ends. What fails is told, and tried again at the next look. */
export const watchForAlarms = Effect.fn("watchForAlarms", { root: true })(function*(
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string
) {
  let failedAt = Number.NEGATIVE_INFINITY
  const slow = yield* cachedLooks(config, watches)
  yield* Effect.sleep(firstLookMs)
  while (true) {
    yield* Effect.catch(lookForAlarms(config, watches, root, slow), ({ message }) =>
      Effect.gen(function*() {
        const at = yield* Clock.currentTimeMillis
        if (at - failedAt < tellAgainMs) return
        failedAt = at
        yield* Effect.logWarning(`alarms: ${message}; trying again`)
      }))
    yield* Effect.sleep(lookMs)
  }
})
