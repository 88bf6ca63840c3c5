/** One signal: where it is on the chart, why it was given, what came of it, who was told. */
import { useAnswer } from "../answers.ts"
import { behind } from "../behind.ts"
import type { AnswerOf } from "../client.ts"
import { zone as viewerZone } from "../now.ts"
import { Card } from "../parts/Card.tsx"
import { Export } from "../parts/Export.tsx"
import { Facts } from "../parts/Facts.tsx"
import { GatePath } from "../parts/GatePath.tsx"
import { Shown } from "../parts/Shown.tsx"
import { isSimulated, SymbolName } from "../parts/SymbolName.tsx"
import { Tag } from "../parts/Tag.tsx"
import { Time } from "../parts/Times.tsx"
import { TypeTag } from "../parts/Words.tsx"
import { hashOf } from "../Place.ts"
import { numberText, percentText, plural, priceText, words } from "../texts.ts"
import { ScoreParts } from "./signal/ScoreParts.tsx"
import { SignalActions } from "./signal/SignalActions.tsx"
import { SignalChart } from "./signal/SignalChart.tsx"
import { SignalOutcome } from "./signal/SignalOutcome.tsx"
import { SignalTold } from "./signal/SignalTold.tsx"

export type Detail = AnswerOf<"getSignal">

const Summary = ({ signal }: { readonly signal: Detail }) => {
  const { confidence, entryPrice, odds, probability, riskRewardRatio, stopLoss, targetPrice, tick, tier } = signal
  const isExit = signal.type.startsWith("EXIT")
  const prices = isExit
    ? [{ name: "exit at", value: priceText(entryPrice, tick) }]
    : [
      { name: "entry", value: priceText(entryPrice, tick) },
      { name: "stop", value: priceText(stopLoss, tick) },
      { name: "target", value: priceText(targetPrice, tick) },
      { name: "reward : risk", value: numberText(riskRewardRatio) }
    ]
  return (
    <>
      <Facts
        large
        facts={[
          ...prices,
          { name: "confidence (a score)", value: numberText(confidence) },
          ...isExit ? [] : [
            {
              name: "probability of R > 0",
              value: probability === null ? <span class="soft">unknown</span> : percentText(probability)
            },
            { name: "tier", value: tier === null ? "none" : words(tier) }
          ]
        ]}
      />
      <p>{signal.reason}</p>
      {odds !== null && <p class="soft">{odds}</p>}
    </>
  )
}

const Behind = ({ signal }: { readonly signal: Detail }) => {
  const { alignmentClass, events, frames, positionFactor } = behind(signal.patternContext)
  return (
    <Facts
      facts={[
        { name: "bars", value: [signal.timeframe, signal.source ?? "source not known"].join(", ") },
        { name: "schedule", value: signal.schedule },
        { name: "run", value: <a href={hashOf("runs", signal.runId)}>{signal.runId}</a> },
        { name: "patterns", value: events.length === 0 ? "none" : events.map(words).join(", ") },
        { name: "higher trend", value: words(signal.htfTrend) },
        {
          name: "alignment",
          value: `${numberText(signal.timeframeAlignment)}${alignmentClass === null ? "" : ` ${words(alignmentClass)}`}`
        },
        { name: "strength", value: numberText(signal.signalStrength) },
        { name: "zones", value: signal.confluenceZonesCount },
        ...positionFactor === null ? [] : [{ name: "position", value: `${positionFactor} of the usual one` }],
        ...frames.map(({ barsInState, direction, frame, state }) => ({
          name: `${frame} timeframe`,
          value: `${words(state)} ${words(direction)}${barsInState === null ? "" : `, ${plural(barsInState, "bar")}`}`
        })),
        { name: "rules", value: signal.rules }
      ]}
    />
  )
}

const One = ({ signal }: { readonly signal: Detail }) => {
  const { score, steps } = behind(signal.patternContext)
  return (
    <div class="grid">
      <Card
        title={`${signal.type.replace("_", " ")} ${signal.symbol}`}
        wide
        actions={<Export name="signal" rows={[signal]} />}
      >
        <p class="headline">
          <TypeTag type={signal.type} />
          <SymbolName symbol={signal.symbol} />
          <span>
            bar close <Time at={signal.signalTimestamp} /> <span class="soft">{viewerZone}</span>
          </span>
          {signal.origin !== "LIVE" && <Tag>{words(signal.origin)}</Tag>}
          {signal.lateMs !== null && <Tag tone="warn">! its bar came late</Tag>}
          {isSimulated(signal.symbol) && <Tag tone="warn">prices are simulated</Tag>}
        </p>
        {signal.notices.map(({ detail, id, kind }) => (
          <div class="trouble" key={id}>
            <strong>{kind === "CORRECTED" ? "Corrected afterwards." : "Prices adjusted afterwards."}</strong> {detail}
          </div>
        ))}
        <Summary signal={signal} />
        <SignalChart signal={signal} />
      </Card>
      <Card title="What became of it">
        <SignalOutcome signal={signal} />
        <SignalActions signal={signal} />
      </Card>
      <Card title="What it was told to">
        <SignalTold signal={signal} />
      </Card>
      <Card title="The way through the gates">
        {steps.length === 0 ? <p class="empty">No gates are stored with it.</p> : <GatePath steps={steps} />}
      </Card>
      <div class="stack">
        <Card title="What confidence is made of">
          <ScoreParts name="confidence" total={signal.confidence} parts={score.confidence} />
          <ScoreParts name="strength" total={signal.signalStrength} parts={score.strength} />
        </Card>
        <Card title="What was known">
          <Behind signal={signal} />
        </Card>
      </div>
    </div>
  )
}

export const SignalView = ({ id }: { readonly id: string }) => {
  const answer = useAnswer("getSignal", { params: { id } })
  return (
    <Shown
      answer={answer}
      gone="There is no such signal. It may have been removed, or the link is of another database."
    >
      {(signal) => <One signal={signal} />}
    </Shown>
  )
}
