/** The one table in which level events are shown to people. */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { priceText } from "./PriceText.ts"
import { left, right, type TableColumn } from "./Table.ts"
import { timeText } from "./TimeText.ts"

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

export const levelEventCells = (event: LevelEvent, zone: string): ReadonlyArray<string> => [
  timeText(event.eventTimestamp, zone),
  event.symbol,
  event.timeframe,
  event.weight === null ? event.level : `${event.level} of weight ${event.weight.toFixed(2)}`,
  placeText(event),
  event.kind,
  sides[event.side],
  priceText(event.close, event.tick)
]
