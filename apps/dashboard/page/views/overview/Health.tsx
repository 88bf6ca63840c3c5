/** What is not well, a line a check; what is well can be unfolded. */
import type { AnswerOf } from "../../client.ts"
import { Tag } from "../../parts/Tag.tsx"
import { plural } from "../../texts.ts"

type Check = AnswerOf<"getHealth">["items"][number]

const Checks = ({ checks }: { readonly checks: ReadonlyArray<Check> }) => (
  <ul class="checks">
    {checks.map(({ check, found, ok, subject }) => (
      <li key={`${check} ${subject}`} class={ok ? undefined : "bad"}>
        <span class="mark" aria-hidden="true">{ok ? "✓" : "✕"}</span>
        <span>
          <strong>{check} {subject}</strong>
          <span class="hidden">{ok ? " is well: " : " is not well: "}</span>
        </span>
        <span class="found">{found}</span>
      </li>
    ))}
  </ul>
)

export const Health = ({ health: { items, ok } }: { readonly health: AnswerOf<"getHealth"> }) => {
  const wrong = items.filter((check) => !check.ok)
  const well = items.filter((check) => check.ok)
  return (
    <>
      <p>
        {ok
          ? <Tag tone="good">✓ all is well</Tag>
          : <Tag tone="bad">{`✕ ${wrong.length} of ${plural(items.length, "check")} found something wrong`}</Tag>}
      </p>
      <Checks checks={wrong} />
      {well.length > 0 && (
        <details>
          <summary>{plural(well.length, "check")} that found nothing wrong</summary>
          <Checks checks={well} />
        </details>
      )}
    </>
  )
}
