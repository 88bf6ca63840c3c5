/**
 * Colours of a mail. Those of text have a contrast of at least 4.5 to 1 on theirs, in the light and in the dark.
 */
import { html, type Markup } from "./Markup.ts"

/** In the light: inline, for every mail program. The three of types carry white text and are the same in the dark. */
export const colours = {
  page: "#f3f4f6",
  card: "#ffffff",
  ink: "#111827",
  soft: "#5b6472",
  line: "#d9dde3",
  long: "#15803d",
  short: "#c02626",
  exit: "#a15c07"
} as const

export const styleSheet: Markup = html`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .edge { padding: 16px 8px !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background: #0f1216 !important; }
  .card { background: #1a1f26 !important; border-top-color: #303842 !important; border-right-color: #303842 !important; border-bottom-color: #303842 !important; }
  .frame { border-left-color: #303842 !important; }
  .line { border-top-color: #303842 !important; }
  .ink { color: #e8eaed !important; }
  .soft { color: #a3acb8 !important; }
}
</style>`
