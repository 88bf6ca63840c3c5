/** How live runs compare with the same runs computed again, as a page and as rows: logic and data apart. */
import { isoText, timeText } from "@dgas/domain/TimeText"
import { parities, type Parity, type RunParity } from "@dgas/engine/Parity"
import { left, right } from "@dgas/notify/Table"
import { type Block, grid, type Page, section, words } from "./Page.ts"
import type { Column } from "./Rows.ts"

export const parityColumns: ReadonlyArray<Column<RunParity>> = [
  { name: "slotAt", value: ({ run }) => isoText(run.slotAt) },
  { name: "schedule", value: ({ run }) => run.schedule },
  { name: "parity", value: ({ parity }) => parity },
  { name: "symbols", value: ({ symbols }) => symbols },
  { name: "different", value: ({ differences }) => differences.length },
  { name: "barsChanged", value: ({ changes }) => changes.length },
  { name: "symbol", value: ({ differences }) => differences[0]?.symbol ?? null },
  { name: "what", value: ({ differences }) => differences[0]?.what ?? null },
  { name: "stored", value: ({ differences }) => differences[0]?.stored ?? null },
  { name: "now", value: ({ differences }) => differences[0]?.now ?? null },
  { name: "failure", value: ({ failure }) => failure },
  { name: "run", value: ({ run }) => run.id }
]

const meaningOf: Readonly<Record<Parity, string>> = {
  same: "come out as they were stored",
  data: "differ because bars were revised or came since",
  logic: "differ over the bars that they saw: the logic changed",
  unknown: "differ, and the bars that they saw are not known any more",
  unkept: "were stored without what they were computed from",
  broken: "could not be computed: a bug"
}

export const isLogic = ({ parity }: RunParity): boolean => parity === "logic" || parity === "broken"

/** `runs` oldest first. */
export const parityPage = (runs: ReadonlyArray<RunParity>, scope: string, zone: string): Page => {
  const changed = runs.filter(({ changes }) => changes.length > 0)
  return {
    title: "Live against replay",
    lead: [scope],
    sections: runs.length === 0
      ? [section("Runs", words("No live runs."))]
      : [
        section(
          "Runs",
          grid(
            [left("parity"), left("runs that"), right("runs")],
            parities.map((parity) => [
              parity,
              meaningOf[parity],
              String(runs.filter((one) => one.parity === parity).length)
            ])
          ),
          words(
            changed.length === 0
              ? "No bar that these runs saw was revised since, and none came late."
              : `${changed.length} of ${runs.length} runs would see other bars today, whether or not that changes what they say.`
          )
        ),
        ...parities.slice(1).flatMap((parity) => {
          const some = runs.filter((one) => one.parity === parity)
          const [first] = some
          return first === undefined
            ? []
            : [
              section(
                `First of ${parity}: ${first.run.schedule} ${timeText(first.run.slotAt, zone)} ${zone}`,
                ...firstBlocks(first, zone)
              )
            ]
        })
      ]
  }
}

/** More than this of one run is what `report replay` is for. */
const mostRows = 5

const firstBlocks = ({ changes, differences, failure, run }: RunParity, zone: string): ReadonlyArray<Block> => [
  ...failure === null ? [] : [words(failure)],
  grid(
    [left("symbol"), left("what"), left("stored and now")],
    differences.slice(0, mostRows).map((
      { now, stored, symbol, what }
    ) => [symbol, what, `stored ${stored}; now ${now}`])
  ),
  grid(
    [left("bar changed"), left(`open time (${zone})`), left("change"), right("close before"), right("close now")],
    changes.slice(0, mostRows).map(({ after, before, kind, symbol }) => [
      symbol,
      timeText(after.openTime, zone),
      kind,
      before === null ? "" : String(before.close),
      String(after.close)
    ])
  ),
  words(`All of it: bun run report replay --run ${run.id}`)
]
