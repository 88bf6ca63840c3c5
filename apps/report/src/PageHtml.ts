/**
 * A page as one HTML file that needs nothing else: no script, no font, no image and no request, and the colours of the
 * reader's light or dark.
 *
 * Tables that are wider than a phone scroll in their own place, so the page itself never does sideways.
 */
import { html, type Markup } from "@dgas/notify/Markup"
import { disclaimer } from "@dgas/notify/SignalTable"
import type { Block, Grid, Page } from "./Page.ts"

export const pageHtml = ({ lead, sections, title }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
${style}
</head>
<body>
<main>
<h1>${title}</h1>
${lead.map((line) => html`<p class="lead">${line}</p>\n`)}
${
    sections.map(({ blocks, heading }) =>
      html`<section>
<h2>${heading}</h2>
${blocks.map(blockHtml)}
</section>
`
    )
  }
<footer>${disclaimer}</footer>
</main>
</body>
</html>
`.text

const blockHtml = (block: Block): Markup =>
  block.kind === "words"
    ? html`${block.lines.map((line) => html`<p>${line}</p>\n`)}`
    : block.kind === "grid"
    ? gridHtml(block)
    : html`<figure>${block.drawn}<figcaption>${block.label}</figcaption></figure>\n`

const gridHtml = ({ columns, rows }: Grid): Markup =>
  rows.length === 0
    ? html``
    : html`<div class="wide" tabindex="0"><table>
<thead><tr>${columns.map(({ align, header }) => html`<th class="${align}" scope="col">${header}</th>`)}</tr></thead>
<tbody>
${
      rows.map((cells) =>
        html`<tr>${columns.map(({ align }, at) => html`<td class="${align}">${cells[at] ?? ""}</td>`)}</tr>\n`
      )
    }</tbody>
</table></div>
`

/** Text has a contrast of at least 4.5 to 1 on its ground, marks of at least 3 to 1, in the light and in the dark. */
const style = html`<style>
:root {
  color-scheme: light dark;
  --page: #f3f4f6; --card: #ffffff; --ink: #111827; --soft: #5b6472; --line: #d9dde3; --mark: #2563eb; --said: #a15c07;
  --fill: #2563eb22; --down: #c02626;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1216; --card: #1a1f26; --ink: #e8eaed; --soft: #a3acb8; --line: #36404c; --mark: #7aa7ff; --said: #e0a54a;
    --fill: #7aa7ff2a; --down: #ff7b72;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 24px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; }
h2 { font-size: 18px; margin: 0 0 12px; }
p { margin: 0 0 8px; max-width: 75ch; overflow-wrap: anywhere; }
.lead, footer { color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin: 20px 0; }
figure { margin: 12px 0; max-width: 760px; }
figcaption { color: var(--soft); font-size: 14px; margin-top: 6px; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
.wide { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 600; }
th, td { padding: 6px 12px 6px 0; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
.right { text-align: right; }
footer { font-size: 14px; }
@media (max-width: 480px) {
  main { padding: 20px 12px; }
  section { padding: 14px; margin: 14px 0; }
  h1 { font-size: 22px; }
  svg text { font-size: 22px; }
  td:first-child { white-space: normal; min-width: 12ch; }
}
@media print { body { background: none; } section { break-inside: avoid; } }
</style>`
