/** What the bars, or a person, say became of a signal. */
import { Facts } from "../../parts/Facts.tsx"
import { Time } from "../../parts/Times.tsx"
import { OutcomeTag } from "../../parts/Words.tsx"
import { hashOf } from "../../Place.ts"
import { numberText, plural, priceText, signedText, words } from "../../texts.ts"
import type { Detail } from "../SignalView.tsx"

const correction = ({ correctedAt, correctedBy, correctionNote }: Detail) =>
  correctedAt === null ? null : (
    <p>
      Said by {correctedBy ?? "a person"}, <Time at={correctedAt} />: {correctionNote}
    </p>
  )

export const SignalOutcome = ({ signal }: { readonly signal: Detail }) => {
  const {
    ambiguous,
    barsHeld,
    barsMissing,
    counterpart,
    decidedAt,
    exitPrice,
    fillPrice,
    mae,
    mfe,
    outcomeChanges,
    tick
  } = signal
  const isExit = signal.type.startsWith("EXIT")
  return (
    <>
      <p>
        <OutcomeTag signal={signal} />
      </p>
      {!isExit && signal.outcome !== null && (
        <Facts
          facts={[
            { name: "filled at", value: fillPrice === null ? "not filled" : priceText(fillPrice, tick) },
            { name: "left at", value: priceText(exitPrice, tick) },
            {
              name: "result",
              value: signal.r === null
                ? "not known yet"
                : `${signedText(signal.r)} R, ${signedText(signal.pnlPct)} %, after costs`
            },
            {
              name: "best and worst on the way",
              value: mfe === null && mae === null ? "–" : `+${numberText(mfe)} R, −${numberText(mae)} R`
            },
            { name: "bars held", value: barsHeld ?? "–" },
            { name: "decided", value: <Time at={decidedAt} /> }
          ]}
        />
      )}
      {ambiguous === true && (
        <p>One bar held stop and target, and no finer bars told which came first: it counts as the stop.</p>
      )}
      {barsMissing !== null && barsMissing > 0 && <p>{plural(barsMissing, "bar")} of its time are missing.</p>}
      {correction(signal)}
      {counterpart !== null && (
        <p>
          {isExit ? "Closes the entry of " : "Closed by the exit of "}
          <a href={hashOf("signals", counterpart.id)}>
            <Time at={counterpart.signalTimestamp} />
          </a>
        </p>
      )}
      {outcomeChanges.length > 0 && (
        <>
          <h3>Before</h3>
          <ul>
            {outcomeChanges.map(({ changedAt, exitReason, outcome, r }) => (
              <li key={changedAt}>
                {words(outcome)}
                {exitReason === null ? "" : ` by ${words(exitReason)}`}
                {r === null ? "" : `, ${signedText(r)} R`}, until <Time at={changedAt} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
