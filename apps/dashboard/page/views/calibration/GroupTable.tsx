/** Groups of signals with their counts and, where there is enough, how often they came good. */
import type { AnswerOf } from "../../client.ts"
import { type Column, Table } from "../../parts/Table.tsx"
import { countText, numberText, shareText, words } from "../../texts.ts"

type Group = AnswerOf<"getCalibration">["overall"]
type Row = Group & { readonly meanScore?: number | null }

const count = (title: keyof Group["counts"] & string): Column<Row> => ({
  title,
  numeric: true,
  cell: ({ counts }) => countText(counts[title]),
  sort: ({ counts }) => counts[title]
})

const columnsOf = (word: string, isScored: boolean): ReadonlyArray<Column<Row>> => [
  { title: word, cell: ({ key }) => key === "all" ? <strong>all</strong> : /^[A-Z_]+$/.test(key) ? words(key) : key },
  count("signals"),
  count("fills"),
  count("wins"),
  count("losses"),
  count("neutral"),
  count("unfilled"),
  count("waiting"),
  count("open"),
  ...isScored ? [{ title: "mean score", numeric: true, cell: ({ meanScore }: Row) => numberText(meanScore) }] : [],
  {
    title: "came good (R > 0)",
    numeric: true,
    cell: ({ rate }) => rate === null ? <span class="soft">not enough data</span> : shareText(rate),
    sort: ({ rate }) => rate?.share ?? null
  }
]

export const GroupTable = ({ groups, overall, word }: {
  readonly word: string
  readonly groups: ReadonlyArray<Row>
  readonly overall: Group
}) => (
  <Table
    label={`Signals by ${word}`}
    columns={columnsOf(word, groups.some(({ meanScore }) => meanScore !== undefined))}
    rows={[overall, ...groups]}
    most={250}
    keyOf={({ key }) => key}
    empty="There are no signals to group."
  />
)
