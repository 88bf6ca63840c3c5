/** Light or dark, as the viewer's system has it, and the colours of it for what is drawn on a canvas. */
import { signal } from "@preact/signals"

const asked = matchMedia("(prefers-color-scheme: dark)")

export const dark = signal(asked.matches)
asked.addEventListener("change", ({ matches }) => {
  dark.value = matches
})

const names = ["text", "soft", "line", "card", "up", "down", "dot", "envelope", "zone", "accent", "warn"] as const
export type Colours = Readonly<Record<typeof names[number], string>>

/** Those of the style sheet, now. */
export const colours = (): Colours => {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    text: of("text"),
    soft: of("soft"),
    line: of("line"),
    card: of("card"),
    up: of("up"),
    down: of("down"),
    dot: of("dot"),
    envelope: of("envelope"),
    zone: of("zone"),
    accent: of("accent"),
    warn: of("warn")
  }
}

/** A colour of the style sheet, `#rrggbb`, that lets through what is behind it. */
export const faint = (colour: string, alpha: number): string =>
  `${colour}${Math.round(alpha * 255).toString(16).padStart(2, "0")}`
