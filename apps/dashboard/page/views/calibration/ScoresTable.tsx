/** How good a score was as a probability, each number with its 95 % interval. */
import type { AnswerOf } from "../../client.ts"
import { type Column, Table } from "../../parts/Table.tsx"
import { numberText } from "../../texts.ts"

type Scores = NonNullable<AnswerOf<"getCalibration">["scores"]>
interface Row {
  readonly name: string
  readonly tells: string
  readonly estimate: Scores["brier"]
}

const columns: ReadonlyArray<Column<Row>> = [
  {
    title: "score",
    cell: ({ name, tells }) => (
      <>
        {name} <span class="soft">{tells}</span>
      </>
    )
  },
  { title: "value", numeric: true, cell: ({ estimate: { value } }) => numberText(value, 3) },
  {
    title: "95 % interval",
    numeric: true,
    cell: ({ estimate: { high, low } }) => `${numberText(low, 3)} to ${numberText(high, 3)}`
  }
]

export const ScoresTable = ({ scores, word }: { readonly scores: Scores | null; readonly word: string }) =>
  scores === null ? <p class="empty">Not enough data: scores of {word} need 30 fills.</p> : (
    <>
      <Table
        label={`Scores of ${word}`}
        columns={columns}
        cards={false}
        keyOf={({ name }) => name}
        empty=""
        rows={[
          { name: "came good", tells: "share of fills with R > 0", estimate: scores.rate },
          { name: "Brier score", tells: "0 is perfect", estimate: scores.brier },
          { name: "reliability", tells: "distance from what it says, 0 is best", estimate: scores.reliability },
          { name: "resolution", tells: "how far it tells apart, more is better", estimate: scores.resolution },
          { name: "uncertainty", tells: "of the outcomes themselves", estimate: scores.uncertainty },
          { name: "calibration error", tells: "mean distance, ten ranges", estimate: scores.calibrationError },
          { name: "log loss", tells: "lower is better", estimate: scores.logLoss }
        ]}
      />
      <p class="soft">Of {scores.rate.n} fills.</p>
    </>
  )
