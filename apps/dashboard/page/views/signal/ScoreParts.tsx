/** What a score is the sum of, each part as long as it is large. */
import type { ScorePart } from "../../behind.ts"
import { Meter } from "../../parts/Meter.tsx"
import { numberText, words } from "../../texts.ts"

export const ScoreParts = ({ name, parts, total }: {
  readonly name: string
  readonly total: number
  readonly parts: ReadonlyArray<ScorePart>
}) => {
  if (parts.length === 0) return <p class="empty">The parts of {name} are not stored with it.</p>
  const most = Math.max(...parts.map(({ part }) => part))
  return (
    <>
      <h3>{name} {numberText(total)}</h3>
      <dl class="parts">
        {parts.map(({ fact, part }) => (
          <div key={fact}>
            <dt>{words(fact)}</dt>
            <dd class="bar">
              <Meter used={part} of={most} label={`${words(fact)} ${numberText(part)}`} />
            </dd>
            <dd class="numeric">{numberText(part)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
