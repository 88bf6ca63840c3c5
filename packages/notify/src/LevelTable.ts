/** The one table in which level events are shown to people. */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { timeText } from "@dgas/domain/TimeText"
import { priceText } from "./PriceText.ts"
import { left, right, type TableColumn } from "./Table.ts"

/** `rates` says whether how often bars did so is told, too. */
export const levelEventColumns = (zone: string, rates: boolean): ReadonlyArray<TableColumn> => [
  left(`bar close (${zone})`),
  left("symbol"),
  left("timeframe"),
  left("level"),
  right("at"),
  left("event"),
  left("from"),
  right("close"),
  ...rates ? [left("how often the next bar")] : []
]

const sides = { "1": "above", "-1": "below", "0": "inside" } as const

/** `98.10`, or `97.00 to 98.10` for a zone. */
export const placeText = ({ high, low, tick }: LevelEvent): string =>
  low === high ? priceText(low, tick) : `${priceText(low, tick)} to ${priceText(high, tick)}`

/** `envelopeTop`, or `zone of weight 4.00`. */
export const levelText = ({ level, weight }: LevelEvent): string =>
  weight === null ? level : `${level} of weight ${weight.toFixed(2)}`

/** Where price came from. */
export const sideText = ({ side }: LevelEvent) => sides[side]

export const levelEventCells = (event: LevelEvent, zone: string): ReadonlyArray<string> => [
  timeText(event.eventTimestamp, zone),
  event.symbol,
  event.timeframe,
  levelText(event),
  placeText(event),
  event.kind,
  sideText(event),
  priceText(event.close, event.tick)
]
