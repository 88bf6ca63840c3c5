/** Prices of a signal as a chart draws them: bars from before a split or roll are shown at the prices of after it. */
import type { Zone } from "../../behind.ts"

interface Prices {
  readonly entryPrice: number
  readonly stopLoss: number
  readonly targetPrice: number
}

/** What prices of the bar close `instant` are multiplied with; 1 where no bar closes then. */
export const factorAt = (
  bars: ReadonlyArray<{ readonly closeTime: string; readonly factor: number }>,
  instant: string
): number => bars.find(({ closeTime }) => closeTime === instant)?.factor ?? 1

export const presentPrices = <S extends Prices>(signal: S, zones: ReadonlyArray<Zone>, factor: number) => ({
  signal: {
    ...signal,
    entryPrice: signal.entryPrice * factor,
    stopLoss: signal.stopLoss * factor,
    targetPrice: signal.targetPrice * factor
  },
  zones: zones.map((zone) => ({ ...zone, low: zone.low * factor, high: zone.high * factor }))
})
