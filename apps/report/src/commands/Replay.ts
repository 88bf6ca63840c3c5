/**
 * `report replay --run ID`: computes a stored run again from the stored bars, and says whether it comes out the same.
 *
 * Ends with 1 when it does not, after naming the first difference of each symbol and the bars that changed since.
 */
import { isoText, timeText } from "@dgas/domain/TimeText"
import type { Difference } from "@dgas/engine/Difference"
import { recompute, type Recomputed, storedRun, type SymbolChange } from "@dgas/engine/Recompute"
import { disclaimer } from "@dgas/notify/SignalTable"
import { left, render, right, terminalWidth } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { csvText, type Format } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** Not everything that the run stored comes out again. */
export class RunDiffers extends Schema.TaggedError<RunDiffers>()("RunDiffers", {
  run: Schema.String,
  different: Schema.Int,
  symbols: Schema.Int
}) {
  override get message() {
    return `run ${this.run} comes out differently for ${this.different} of ${this.symbols} symbols`
  }
}

interface Flags {
  readonly format: Format
  readonly run: string
}

const changeOf = ({ after, at, before, kind, symbol }: SymbolChange) => ({
  symbol,
  openTime: isoText(after.openTime),
  change: kind,
  at: isoText(at),
  before,
  after
})

const asJson = (found: Recomputed) => ({
  run: found.run.id,
  identical: found.differences.length === 0,
  symbols: found.symbols,
  bars: found.bars,
  barsFrom: isoText(found.inputs.barsFrom),
  rules: found.run.rules,
  optionsId: found.inputs.optionsId,
  inputsHash: found.inputs.hash,
  sameBars: found.sameBars,
  barsKnown: found.known,
  differences: found.differences,
  changes: found.changes.map(changeOf),
  withBarsAsTheyWere: found.logic === null ? null : { identical: found.logic.length === 0, differences: found.logic }
})

const differenceTable = (found: ReadonlyArray<Difference>) =>
  render(
    [left("symbol"), left("what"), left("stored and now")],
    found.map(({ now, stored, symbol, what }) => [symbol, what, `stored ${stored}; now ${now}`]),
    terminalWidth()
  )

const changeTable = (changes: ReadonlyArray<SymbolChange>, zone: string) =>
  render(
    [
      left("symbol"),
      left(`open time (${zone})`),
      left("change"),
      right("close before"),
      right("close now"),
      left("when")
    ],
    changes.map(({ after, at, before, kind, symbol }) => [
      symbol,
      timeText(after.openTime, zone),
      kind,
      before === null ? "" : String(before.close),
      String(after.close),
      timeText(at, zone)
    ]),
    terminalWidth()
  )

const barsText = ({ changes, sameBars }: Recomputed): string =>
  sameBars
    ? "The stored bars are those that the run saw."
    : changes.length === 0
    ? "The stored bars are not those that the run saw, and none was added or revised after it: some are gone, or changed while it ran."
    : `${changes.length} ${changes.length === 1 ? "bar was" : "bars were"} added or revised after the run:`

const logicText = ({ known, logic }: Recomputed): ReadonlyArray<string> =>
  !known
    ? [
      "With these changes undone the bars are still not those that the run saw, so it cannot be told whether the logic changed, too."
    ]
    : logic === null
    ? []
    : logic.length === 0
    ? ["With the bars as they were the run comes out as it was stored: the data changed, not the logic."]
    : [
      `With the bars as they were ${logic.length} symbols still differ, so the logic changed:`,
      "",
      differenceTable(logic)
    ]

const page = (found: Recomputed, zone: string): string => {
  const { bars, changes, differences, inputs, run, symbols } = found
  return [
    `run ${run.id}: ${symbols} ${symbols === 1 ? "symbol" : "symbols"} from ${bars} bars since ${
      timeText(inputs.barsFrom, zone)
    } ${zone}, rules ${run.rules}`,
    "",
    differences.length === 0
      ? "Identical: every gate and signal comes out as it was stored."
      : `Different: ${differences.length} of ${symbols} symbols.`,
    ...differences.length === 0 ? [] : ["", differenceTable(differences), ""],
    barsText(found),
    ...changes.length === 0 ? [] : ["", changeTable(changes, zone), ""],
    ...logicText(found),
    "",
    disclaimer
  ].join("\n")
}

export const replay = (flags: Flags) =>
  withStore({ since: Option.none() }, (zone) =>
    Effect.gen(function*() {
      const found = yield* recompute(yield* storedRun(flags.run))
      yield* Console.log(
        flags.format === "json"
          ? JSON.stringify(asJson(found), null, 2)
          : flags.format === "csv"
          ? csvText(differenceColumns, found.differences)
          : page(found, zone)
      )
      const { differences, symbols } = found
      if (differences.length > 0) {
        return yield* new RunDiffers({ run: flags.run, different: differences.length, symbols })
      }
    }))

const differenceColumns = (["symbol", "what", "stored", "now"] as const).map((name) => ({
  name,
  value: (row: Difference) => row[name]
}))
