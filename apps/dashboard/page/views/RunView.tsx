/** One cycle: its times, its signals, and what stopped every other symbol. */
import { useAnswer } from "../answers.ts"
import type { AnswerOf } from "../client.ts"
import { Card } from "../parts/Card.tsx"
import { Export } from "../parts/Export.tsx"
import { Facts } from "../parts/Facts.tsx"
import { gateQuestion } from "../parts/GatePath.tsx"
import { Meter } from "../parts/Meter.tsx"
import { Shown } from "../parts/Shown.tsx"
import { shortColumns, SignalTable } from "../parts/SignalTable.tsx"
import { SymbolName } from "../parts/SymbolName.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { Tag } from "../parts/Tag.tsx"
import { Time } from "../parts/Times.tsx"
import { StateTag } from "../parts/Words.tsx"
import { hashOf } from "../Place.ts"
import { durationText, words } from "../texts.ts"

type Detail = AnswerOf<"getRun">
type Stopped = Detail["gates"][number]

const lateText = (late: Detail["late"], symbol: string): string => {
  const found = late.find((one) => one.symbol === symbol)
  return found === undefined ? "" : durationText(found.lateMs)
}

const columnsOf = ({ late }: Detail): ReadonlyArray<Column<Stopped>> => [
  { title: "symbol", cell: ({ symbol }) => <SymbolName symbol={symbol} />, sort: ({ symbol }) => symbol },
  { title: "stopped by", cell: ({ gate }) => <code>{gate}</code>, sort: ({ gate }) => gate },
  ...late.length === 0
    ? []
    : [{ title: "bar late by", numeric: true, cell: ({ symbol }: Stopped) => lateText(late, symbol) }],
  { title: "in words", wide: true, cell: ({ detail }) => detail }
]

const GateCounts = ({ counts }: { readonly counts: Detail["gateCounts"] }) => {
  const most = Math.max(1, ...counts.map(({ stopped }) => stopped))
  return counts.length === 0 ? <p class="empty">No gate stopped a symbol.</p> : (
    <dl class="parts">
      {counts.map(({ gate, stopped }) => (
        <div key={gate}>
          <dt title={gate}>{gateQuestion(gate)}</dt>
          <dd class="bar">
            <Meter used={stopped} of={most} label={`${stopped} symbols`} />
          </dd>
          <dd class="numeric">{stopped}</dd>
        </div>
      ))}
    </dl>
  )
}

const symbolsText = ({ late, symbolsProcessed, symbolsRequested }: Detail): string =>
  `${symbolsProcessed} of ${symbolsRequested}${late.length === 0 ? "" : `, ${late.length} later`}`

const One = ({ run }: { readonly run: Detail }) => (
  <div class="grid">
    <Card title={`Run of ${run.schedule}`} wide actions={<Export name="run" rows={[run]} />}>
      <p class="headline">
        <StateTag state={run.status} />
        <span>
          bar close <Time at={run.slotAt} />, run <Time at={run.runTimestamp} />
        </span>
        {run.origin !== "LIVE" && <Tag>{words(run.origin)}</Tag>}
        {run.lateMs !== null && <Tag tone="warn">! {durationText(run.lateMs)} late</Tag>}
        {run.barsRevised > 0 && <Tag tone="warn">! {run.barsRevised} of its bars were revised since</Tag>}
      </p>
      {run.errors.length > 0 && (
        <div class="trouble">
          <ul>{run.errors.map((error) => <li key={error}>{error}</li>)}</ul>
        </div>
      )}
      <Facts
        facts={[
          { name: "symbols", value: symbolsText(run) },
          { name: "signals", value: run.signalsGenerated },
          { name: "bars", value: run.intervalType },
          { name: "took in all", value: durationText(run.executionTimeMs) },
          { name: "bars fetched in", value: durationText(run.dataFetchMs) },
          { name: "computed in", value: durationText(run.indicatorCalcMs) },
          { name: "signals made in", value: durationText(run.signalGenerationMs) },
          { name: "messages made in", value: durationText(run.notificationMs) },
          { name: "rules", value: run.rules }
        ]}
      />
    </Card>
    <Card title="Its signals" wide>
      <SignalTable
        label="Signals of the run"
        columns={shortColumns}
        rows={run.signals}
        empty="This run gave no signal; below stands why."
      />
    </Card>
    <Card title="Where symbols were stopped">
      <GateCounts counts={run.gateCounts} />
    </Card>
    <Card title="Why there was no signal" actions={<a href={hashOf("runs")}>All runs</a>}>
      <Table
        label="Symbols without a signal"
        columns={columnsOf(run)}
        rows={run.gates}
        most={250}
        keyOf={({ symbol }) => symbol}
        empty="Every symbol of the run has a signal, or none was looked at."
      />
    </Card>
  </div>
)

export const RunView = ({ id }: { readonly id: string }) => {
  const answer = useAnswer("getRun", { params: { id } })
  return <Shown answer={answer} gone="There is no such run.">{(run) => <One run={run} />}</Shown>
}
