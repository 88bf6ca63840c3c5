/** Whether the signals earn anything, after costs and against random entries, in words first. */
import type { AnswerOf } from "../../client.ts"
import { Facts } from "../../parts/Facts.tsx"
import { Tag, type Tone } from "../../parts/Tag.tsx"
import { percentText, signedText } from "../../texts.ts"

type Edge = AnswerOf<"getEdge">
type Estimate = NonNullable<Edge["random"]["random"]>

const tones: Readonly<Record<Edge["edge"]["verdict"], Tone>> = {
  "not enough data": "plain",
  "no demonstrated edge": "warn",
  edge: "good",
  "negative edge": "bad"
}

const estimateText = (estimate: Estimate | null | undefined, unit: string) =>
  estimate == null
    ? <span class="soft">not enough data</span>
    : `${signedText(estimate.value)} ${unit} [${signedText(estimate.low)}, ${signedText(estimate.high)}]`

export const EdgeFacts = ({ edge: { denominator, edge, random, scope } }: { readonly edge: Edge }) => (
  <>
    <p>
      <Tag tone={tones[edge.verdict]}>{edge.verdict}</Tag> {edge.text}
    </p>
    <p>
      <Tag tone={tones[random.verdict]}>against random entries: {random.verdict}</Tag> {random.text}
    </p>
    <Facts
      large
      facts={[
        { name: "fills", value: edge.fills },
        { name: "a fill earned", value: estimateText(edge.expectancy?.r, "R") },
        { name: "in percent", value: estimateText(edge.expectancy?.pnlPct, "%") },
        { name: "more than random entries", value: estimateText(random.difference, "R") },
        {
          name: "draws as good as these",
          value: random.chance === null ? <span class="soft">not enough data</span> : percentText(random.chance, 1)
        }
      ]}
    />
    <p class="soft">{[...scope, denominator].join(" ")}</p>
    <p class="soft">
      In brackets are 95 % intervals by bootstrap of whole slots; what binds one slot to the next is not in them, so
      they are narrower than the truth.
    </p>
  </>
)
