/**
 * Tells by the same way as signals what is wrong with the system itself: once when it begins, and again each day.
 *
 * What is wrong is read anew at each look, and a worker that looks at the same time finds it told. An alarm about a
 * destination leaves by the others; the console is always one of them.
 */
import { AlarmStore, type ToldAlarm } from "@dgas/db/AlarmStore"
import { DbClock } from "@dgas/db/DbClock"
import { MuteStore } from "@dgas/db/MuteStore"
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
import * as Result from "effect/Result"
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

/** `begins`: what was left by a worker that ended is judged soon, and no trouble yet. */
const slowTroubles = (config: Config, watches: ReadonlyArray<Watch>) => {
  const degraded = degradedLooks()
  return Effect.fnUntraced(function*(begins: boolean) {
    const now = yield* (yield* DbClock).now
    return [
      ...yield* slaTroubles(watches, now, config.sla),
      ...yield* calibrationTroubles(watches, degraded),
      ...begins ? [] : yield* outcomeTroubles(watches, now, config.timeZone)
    ]
  })
}

/** One look: tells what is new, and comes back with what was told by it. */
export const lookForAlarms = Effect.fn("lookForAlarms")(function*(
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string,
  slow: ReturnType<ReturnType<typeof slowTroubles>> = slowTroubles(config, watches)(false)
) {
  const store = yield* AlarmStore
  const { all } = yield* Destinations
  const { wake } = yield* DeliveryWake
  const now = yield* (yield* DbClock).now
  const names = new Set(all.map(({ name }) => name))
  // One that cannot be made must not silence what the others find; it is told in the end.
  const looks = yield* Effect.all([
    Effect.result(deliveryTroubles(names, now, config.timeZone)),
    Effect.result(slotTroubles(watches, now, config.timeZone)),
    Effect.result(providerTroubles(watches, config.timeZone)),
    Effect.result(slow),
    Effect.result(skewTrouble),
    Effect.result(diskTrouble(root))
  ])
  const troubles = looks.flatMap((look) => Result.isSuccess(look) ? look.success : [])
  const known = new Map((yield* store.look(troubles.map(({ name }) => name))).map((told) => [told.name, told]))
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
  const failure = looks.find(Result.isFailure)
  if (failure !== undefined) return yield* failure.failure
  return told.map(({ trouble }) => trouble)
})

const mutesFor = (toTell: ReadonlyArray<unknown>) =>
  toTell.length === 0 ? Effect.succeed([]) : Effect.flatMap(MuteStore, ({ active }) => active(null))

/** Never ends. What fails is told, and tried again at the next look. */
export const watchForAlarms = Effect.fn("watchForAlarms", { root: true })(function*(
  config: Config,
  watches: ReadonlyArray<Watch>,
  root: string
) {
  let failedAt = Number.NEGATIVE_INFINITY
  // A row that cannot be read must not end a worker that can still run slots and tell of them.
  let looks = 0
  const troubles = slowTroubles(config, watches)
  const slow = yield* Effect.cachedWithTTL(
    Effect.catchDefect(
      Effect.suspend(() => troubles(looks++ === 0)),
      (defect) => Effect.as(Effect.logError(`a bug in looking at performance and odds: ${String(defect)}`), [])
    ),
    slowMs
  )
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
