/** Signals as a list. A row that came while the page was open is marked for a moment. */
import type { OnTheWire } from "@dgas/contract/Route"
import type { Routes } from "@dgas/contract/Routes"
import { hashOf, origin } from "../Place.ts"
import { numberText, percentText, priceText, words } from "../texts.ts"
import { SymbolName } from "./SymbolName.tsx"
import { type Column, Table } from "./Table.tsx"
import { Tag } from "./Tag.tsx"
import { Time } from "./Times.tsx"
import { OutcomeTag, TypeTag } from "./Words.tsx"

export type SignalRow = OnTheWire<Routes["listSignals"]>["items"][number]

const isExit = ({ type }: SignalRow) => type.startsWith("EXIT")

const timeColumn: Column<SignalRow> = {
  title: "bar close",
  cell: ({ id, signalTimestamp }) => (
    <a href={hashOf("signals", id)}>
      <Time at={signalTimestamp} />
    </a>
  ),
  sort: ({ signalTimestamp }) => signalTimestamp
}
const symbolColumn: Column<SignalRow> = {
  title: "symbol",
  cell: ({ symbol }) => <SymbolName symbol={symbol} />,
  sort: ({ symbol }) => symbol
}
const typeColumn: Column<SignalRow> = {
  title: "type",
  cell: ({ lateMs, origin: from, type }) => (
    <>
      <TypeTag type={type} />
      {lateMs !== null && <Tag tone="warn">late</Tag>}
      {origin.value === "ALL" && from !== "LIVE" && <Tag>{words(from)}</Tag>}
    </>
  ),
  sort: ({ type }) => type
}
const confidenceColumn: Column<SignalRow> = {
  title: "confidence",
  numeric: true,
  cell: ({ confidence }) => numberText(confidence),
  sort: ({ confidence }) => confidence
}
const outcomeColumn: Column<SignalRow> = {
  title: "outcome",
  cell: (signal) => <OutcomeTag signal={signal} />,
  sort: ({ r }) => r,
  wide: true
}
const reasonColumn: Column<SignalRow> = {
  title: "reason",
  cell: ({ reason }) => <span title={reason}>{reason}</span>,
  fill: true
}
const entryColumn: Column<SignalRow> = {
  title: "entry",
  numeric: true,
  cell: ({ entryPrice }) => priceText(entryPrice)
}

/** With everything that can be compared. */
export const fullColumns: ReadonlyArray<Column<SignalRow>> = [
  timeColumn,
  symbolColumn,
  typeColumn,
  entryColumn,
  { title: "stop", numeric: true, cell: (row) => isExit(row) ? "" : priceText(row.stopLoss) },
  { title: "target", numeric: true, cell: (row) => isExit(row) ? "" : priceText(row.targetPrice) },
  {
    title: "R:R",
    numeric: true,
    cell: ({ riskRewardRatio }) => riskRewardRatio === null ? "" : numberText(riskRewardRatio),
    sort: ({ riskRewardRatio }) => riskRewardRatio
  },
  confidenceColumn,
  {
    title: "probability",
    numeric: true,
    cell: (row) =>
      isExit(row) ? "" : row.probability === null ? <span class="soft">unknown</span> : percentText(row.probability),
    sort: ({ probability }) => probability
  },
  { title: "tier", cell: ({ tier }) => tier === null ? "" : words(tier), sort: ({ tier }) => tier },
  outcomeColumn,
  reasonColumn
]

/** For a glance. */
export const shortColumns: ReadonlyArray<Column<SignalRow>> = [
  timeColumn,
  symbolColumn,
  typeColumn,
  entryColumn,
  confidenceColumn,
  outcomeColumn
]

/** Where no signal has a probability there is no column of unknown ones. */
const withoutUnknown = (columns: ReadonlyArray<Column<SignalRow>>, rows: ReadonlyArray<SignalRow>) =>
  rows.some(({ probability }) => probability !== null)
    ? columns
    : columns.filter(({ title }) => title !== "probability")

export const SignalTable = ({ columns, empty, label, rows }: {
  readonly label: string
  readonly columns: ReadonlyArray<Column<SignalRow>>
  readonly rows: ReadonlyArray<SignalRow>
  readonly empty: string
}) => <Table label={label} columns={withoutUnknown(columns, rows)} rows={rows} empty={empty} keyOf={({ id }) => id} />
