/** Levels as they would be if the bar in progress closed with its prices of now: for people, never for a signal. */
import type { Bar } from "@dgas/domain/Bar"
import { LevelName } from "@dgas/domain/Level"
import type { TimeframeGeometry } from "./geometry/TimeframeGeometry.ts"
import { timeframeView } from "./signals/analyze.ts"
import type { TimeframeView } from "./signals/Decision.ts"

/** Prices by the name of the level; a level that is not defined is absent. */
export type LevelPrices = TimeframeView["levels"]

/** Null for a timeframe of which no bar is in progress. */
export interface LiveLevels {
  readonly higher: LevelPrices | null
  readonly trading: LevelPrices | null
}

/** `geometry` stays as it is. */
export const liveLevels = (geometry: TimeframeGeometry, forming: Bar | null): LevelPrices | null =>
  forming === null ? null : timeframeView(geometry.preview(forming)).levels

/** A level of the next bar and the same one live; null where it is not defined, but not both. */
export interface LevelPair {
  readonly level: LevelName
  readonly price: number | null
  readonly livePrice: number | null
}

/** From the highest price down; what is only live stands at its live price. */
export const levelPairs = (levels: LevelPrices, live: LevelPrices | null): ReadonlyArray<LevelPair> =>
  LevelName.literals.flatMap((level) => {
    const price = levels[level] ?? null
    const livePrice = live?.[level] ?? null
    const place = price ?? livePrice
    return place === null ? [] : [{ pair: { level, price, livePrice }, place }]
  }).toSorted((a, b) => b.place - a.place).map(({ pair }) => pair)
