/** A part of a view under its title, with what can be done to all of it at the right. */
import type { ComponentChildren } from "preact"
import { useId } from "preact/hooks"

export const Card = ({ actions, children, title, wide = false }: {
  readonly title: string
  readonly actions?: ComponentChildren
  readonly wide?: boolean
  readonly children: ComponentChildren
}) => {
  const id = useId()
  return (
    <section class={wide ? "card wide" : "card"} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  )
}
