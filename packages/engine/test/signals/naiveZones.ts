/**
 * Confluence zones a second time, straight from their text: all levels as clusters of one, and again and again the pair
 * with the smallest gap, looked for among all of them. Nothing is shared with what is tested.
 */
import type { LevelName } from "@dgas/domain/Level"

export interface NaiveZone {
  readonly low: number
  readonly high: number
  readonly weight: number
  readonly levels: number
  readonly side: -1 | 0 | 1
}

export interface NaiveFrame {
  readonly name: "higher" | "trading" | "lower"
  readonly levels: Readonly<Record<LevelName, number>>
}

const timeframeWeights = { higher: 1.5, trading: 1, lower: 0.75 }

const levelWeight = (name: LevelName): number =>
  name.startsWith("fiveNine") ? 1.5 : name.startsWith("envelope") ? 1.25 : /^five(One|Two)/.test(name) ? 1 : 0.75

interface Cluster {
  readonly prices: ReadonlyArray<number>
  readonly weight: number
  readonly frames: ReadonlySet<string>
}

const low = ({ prices }: Cluster) => Math.min(...prices)
const high = ({ prices }: Cluster) => Math.max(...prices)

/** Zones around `close`; `width` and `meanRange` are the trading timeframe's. */
export const naiveZones = (
  frames: ReadonlyArray<NaiveFrame>,
  close: number,
  width: number,
  meanRange: number
): ReadonlyArray<NaiveZone> => {
  const tol = 0.25 * meanRange
  let clusters: ReadonlyArray<Cluster> = frames.flatMap(({ levels, name }) =>
    (Object.entries(levels) as Array<[LevelName, number]>)
      .filter(([level]) => level !== "dottedLine" && level !== "blockLevel")
      .filter(([, price]) => Math.abs(price - close) <= 3 * width)
      .map(([level, price]) => ({
        prices: [price],
        weight: levelWeight(level) * timeframeWeights[name],
        frames: new Set([name])
      }))
  ).toSorted((a, b) => a.prices[0]! - b.prices[0]!)
  for (;;) {
    const pairs = clusters.slice(0, -1).map((lower, index) => {
      const upper = clusters[index + 1]!
      return {
        index,
        gap: low(upper) - high(lower),
        width: high(upper) - low(lower),
        distance: Math.abs((low(upper) + high(lower)) / 2 - close)
      }
    }).filter((pair) => pair.gap <= tol && pair.width <= 2 * tol)
    const [next] = pairs.toSorted((a, b) => a.gap - b.gap || a.distance - b.distance || a.index - b.index)
    if (next === undefined) break
    const [one, two] = [clusters[next.index]!, clusters[next.index + 1]!]
    clusters = clusters.toSpliced(next.index, 2, {
      prices: [...one.prices, ...two.prices],
      weight: one.weight + two.weight,
      frames: new Set([...one.frames, ...two.frames])
    })
  }
  return clusters.filter(({ frames, prices }) => frames.size >= 2 || prices.length >= 3).map((cluster) => ({
    low: low(cluster),
    high: high(cluster),
    weight: cluster.weight,
    levels: cluster.prices.length,
    side: high(cluster) < close ? 1 : low(cluster) > close ? -1 : 0
  }))
}
