/** A word in a colour. The colour never says what the word does not. */
import type { ComponentChildren } from "preact"

export type Tone = "up" | "down" | "good" | "warn" | "bad" | "plain" | "strong"

export const Tag = ({ children, title, tone = "plain" }: {
  readonly tone?: Tone
  readonly title?: string | undefined
  readonly children: ComponentChildren
}) => <span class={`tag ${tone}`} title={title}>{children}</span>
