/** Everything that the checks look at, gathered once all is still. */
import type { Config } from "@dgas/domain/Config"
import type { Watch } from "@dgas/engine/Watch"
import { readFileSync } from "node:fs"
import type { Disturbance } from "./Faults.ts"
import { type Entry, read } from "./Journal.ts"
import { type Line, linesOf } from "./Log.ts"
import type { MarketTime } from "./Market.ts"
import type { Arrival } from "./Receivers.ts"
import type { Stretch } from "./Reference.ts"
import type { Tables } from "./Tables.ts"
import type { Seen } from "./Watcher.ts"
import type { Death } from "./Workers.ts"

export interface LifeEvidence {
  readonly worker: string
  readonly life: number
  readonly pid: number
  readonly how: Death["how"]
  readonly code: number | null
  readonly signal: NodeJS.Signals | number | null
  readonly journal: ReadonlyArray<Entry>
  readonly log: ReadonlyArray<Line>
  readonly err: string
}

export interface Evidence {
  readonly config: Config
  readonly market: MarketTime
  /** Every slot that came due, of every schedule. */
  readonly due: ReadonlyArray<{ readonly schedule: string; readonly slotAt: number }>
  readonly main: Tables
  readonly reference: Tables
  readonly lives: ReadonlyArray<LifeEvidence>
  readonly deaths: ReadonlyArray<Death>
  readonly disturbances: ReadonlyArray<Disturbance>
  /** Schedules that no worker ever came to. */
  readonly idle: ReadonlyArray<string>
  /** Points of the plan at which no worker died. */
  readonly missed: ReadonlyArray<string>
  readonly seen: Seen
  /** In their order. */
  readonly arrivals: ReadonlyArray<Arrival>
  /** When faults began and when the last had ended, epoch milliseconds. */
  readonly faults: { readonly from: number; readonly to: number }
  readonly drained: boolean
  /** How many the workers had once all was still. */
  readonly connections: number
  readonly stoppedInTime: boolean
}

/** The slots that a schedule owes from its first one on, up to `until` of market time. Null when it never had one. */
export const stretchOf = (watch: Watch, first: number | undefined, until: number): Stretch | null => {
  if (first === undefined) return null
  const last = watch.tradingGrid.closes(first - 1, until - watch.settleMs).at(-1)
  return last === undefined ? null : { watch, first, last }
}

export const dueIn = (stretches: ReadonlyArray<Stretch>): Evidence["due"] =>
  stretches.flatMap(({ first, last, watch }) =>
    watch.tradingGrid.closes(first - 1, last).map((slotAt) => ({ schedule: watch.schedule.name, slotAt }))
  )

const text = (path: string) => readFileSync(path, "utf8")

export const lifeEvidence = ({ ended, how, life }: Death): LifeEvidence => ({
  worker: life.worker,
  life: life.life,
  pid: life.pid,
  how,
  code: ended.code,
  signal: ended.signal,
  journal: read(life.files.journal),
  log: linesOf(text(life.files.out)),
  err: text(life.files.err)
})
