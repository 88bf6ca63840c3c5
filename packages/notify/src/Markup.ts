/**
 * HTML that is safe by how it is made: `html` escapes every text that is put into it, and takes as it is only what `html`
 * made before.
 */

/** Made by `html` alone. */
class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
export type { Markup }

type Part = string | number | Markup | ReadonlyArray<Markup>

/** Text between tags or quotes. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => entities[one] ?? one)

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&#39;"
}

const textOf = (part: Part): string =>
  part instanceof Markup ? part.text : Array.isArray(part) ? part.map(textOf).join("") : escaped(String(part))

/** html`<b>${symbol}</b>` */
export const html = (literals: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Markup =>
  new Markup(literals.map((literal, index) => literal + (index < parts.length ? textOf(parts[index]!) : "")).join(""))

export const none = html``
