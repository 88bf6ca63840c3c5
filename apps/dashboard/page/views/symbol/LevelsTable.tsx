/** The levels of the next bar from the highest down, with the last close between them, and how often such levels were reached. */
import type { AnswerOf } from "../../client.ts"
import { levelNames } from "../../levelNames.ts"
import { Export } from "../../parts/Export.tsx"
import { type Column, Table } from "../../parts/Table.tsx"
import { Time } from "../../parts/Times.tsx"
import { intervalText, percentText, priceText } from "../../texts.ts"

type Levels = AnswerOf<"getLevels">["items"][number]
type Level = Levels["levels"][number]

interface Row {
  readonly name: string
  readonly price: number | null
  readonly live: number | null
  readonly rate: Level["rate"] | "close"
}

/** On a phone the interval stands below its share. */
const Share = ({ rate }: { readonly rate: NonNullable<Level["rate"]>["touched"] }) =>
  rate === null
    ? <span class="soft">not enough data</span>
    : (
      <>
        {percentText(rate.share)} <span class="interval">{intervalText(rate)}</span>
      </>
    )

const byPrice = (a: Row, b: Row) => (b.price ?? -Infinity) - (a.price ?? -Infinity)

const columnsOf = ({ liveUntil, tick }: Levels): ReadonlyArray<Column<Row>> => [
  { title: "level", cell: ({ name, rate }) => rate === "close" ? <em>{name}</em> : name },
  {
    title: "price",
    numeric: true,
    cell: ({ price, rate }) => rate === "close" ? <em>{priceText(price, tick)}</em> : priceText(price, tick)
  },
  ...liveUntil === null
    ? []
    : [{ title: "live", numeric: true, cell: ({ live, rate }: Row) => rate === "close" ? "" : priceText(live, tick) }],
  {
    title: "reached",
    numeric: true,
    cell: ({ rate }) =>
      rate === "close" ? "" : rate === null ? <span class="soft">not enough data</span> : <Share rate={rate.touched} />
  },
  {
    title: "closed beyond",
    numeric: true,
    cell: ({ rate }) => rate === "close" || rate === null ? "" : <Share rate={rate.beyond} />
  },
  { title: "bars", numeric: true, cell: ({ rate }) => rate === "close" || rate === null ? "" : rate.n }
]

export const LevelsTable = ({ levels }: { readonly levels: Levels }) => {
  const rows = [
    ...levels.levels.map(({ level, livePrice, price, rate }): Row => ({
      name: levelNames[level],
      price,
      live: livePrice,
      rate
    })),
    { name: "last close", price: levels.close, live: null, rate: "close" as const }
  ].toSorted(byPrice)
  return (
    <>
      <Table
        label="Levels of the next bar"
        columns={columnsOf(levels)}
        rows={rows}
        keyOf={({ name }) => name}
        cards={false}
        empty="There are no levels yet."
      />
      <p class="soft">
        As of the bar that closed{" "}
        <Time at={levels.asOf} />. How often, of the bars that such a level was away from, the next one reached it and
        closed beyond it, with 95 % intervals.
        {levels.liveUntil !== null && (
          <>
            {" "}
            <strong>Live</strong> levels are as if the bar in progress closed at{" "}
            <Time at={levels.liveUntil} />: they move, and no signal is made of them.
          </>
        )}
      </p>
      <Export name={`levels-${levels.symbol}-${levels.timeframe}`} rows={levels.levels} />
    </>
  )
}
