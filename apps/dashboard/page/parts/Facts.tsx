/** Names and values, side by side. */
import type { ComponentChildren } from "preact"

export interface Fact {
  readonly name: string
  readonly value: ComponentChildren
}

export const Facts = ({ facts, large = false }: { readonly facts: ReadonlyArray<Fact>; readonly large?: boolean }) => (
  <dl class={large ? "facts large" : "facts"}>
    {facts.map(({ name, value }) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)
