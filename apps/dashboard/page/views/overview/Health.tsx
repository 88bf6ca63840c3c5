/** A line a check; what is not well comes first. */
import type { AnswerOf } from "../../client.ts"
import { Tag } from "../../parts/Tag.tsx"

export const Health = ({ health: { items, ok } }: { readonly health: AnswerOf<"getHealth"> }) => {
  const wrong = items.filter((check) => !check.ok)
  return (
    <>
      <p>
        {ok
          ? <Tag tone="good">✓ all is well</Tag>
          : <Tag tone="bad">{`✕ ${wrong.length} of ${items.length} checks found something wrong`}</Tag>}
      </p>
      <ul class="checks">
        {[...wrong, ...items.filter((check) => check.ok)].map(({ check, found, ok: well, subject }) => (
          <li key={`${check} ${subject}`} class={well ? undefined : "bad"}>
            <span class="mark" aria-hidden="true">{well ? "✓" : "✕"}</span>
            <span>
              <strong>{check}{subject === "" ? "" : ` ${subject}`}</strong>
              <span class="hidden">{well ? " is well: " : " is not well: "}</span>
            </span>
            <span class="found">{found}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
