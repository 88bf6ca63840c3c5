/**
 * An alert as the HTML of a mail: a card a signal, a table of level events, plain words for an alarm.
 *
 * Tables and inline styles, since that is what mail programs understand; the style sheet only adds what some of them do
 * beside: dark colours, and narrower margins on a phone. No image and no link, so nothing tells whether it was read.
 */
import type { Alert, AlertEvent, AlertSignal } from "./Alert.ts"
import { exitsFirst, factsOf, headingOf, isExit, oneLine, remarksOf, rowsName, whenOf } from "./AlertWords.ts"
import { colours, styleSheet } from "./EmailStyle.ts"
import { html, type Markup, none } from "./Markup.ts"
import { moreText, wholeRows } from "./WholeRows.ts"

/** Gmail hides what comes after 102 kB. Cards and rows have so much of it, in characters. */
const roomOfCards = 60_000
const roomOfEvents = 24_000

/** Also how many of the signals, exits first, had room. */
export const emailHtml = (alert: Alert): { readonly html: string; readonly signals: number } => {
  const signals = wholeRows(exitsFirst(alert.signals).map((signal) => card(signal, alert.zone)), sizeOf, roomOfCards)
  const events = wholeRows(alert.events.map((event) => eventRows(event, alert.zone)), sizeOf, roomOfEvents)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${oneLine(alert.title)}</title>
${styleSheet}
</head>
<body class="page" style="margin:0;padding:0;background:${colours.page};">
${preview(alert)}
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:${colours.page};">
<tr><td class="edge" align="center" style="padding:24px 16px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;font-family:${fonts};text-align:left;">
<tr><td class="ink" style="padding:0 4px 16px;font-size:18px;line-height:26px;font-weight:600;color:${colours.ink};">${
    banner(alert)
  }${oneLine(alert.title)}</td></tr>
${alert.lines.map(lineRow)}
${signals.shown}
${moreText(signals.left, rowsName(alert)).map(note)}
${events.shown.length === 0 ? none : eventTable(events.shown)}
${moreText(events.left, "level event").map(note)}
<tr><td class="soft" style="padding:8px 4px 0;font-size:12px;line-height:18px;color:${colours.soft};">${
    oneLine(alert.footer)
  }</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
  return { html: page.text, signals: signals.shown.length }
}

const sizeOf = ({ text }: Markup) => text.length

const fonts = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** What a list of mails shows below the subject. The blanks after it keep the body out of there. */
const preview = ({ events, lines, signals, title }: Alert): Markup => {
  const [first] = signals
  const text = first === undefined
    ? events.length > 0 ? title : lines[0] ?? title
    : remarksOf(first)[0] ?? title
  return html`<div style="display:none;max-height:0;overflow:hidden;">${oneLine(text)}${
    "\u00a0\u200c".repeat(60)
  }</div>`
}

const banner = ({ kind, severity }: Alert): Markup => {
  const word = kind === "sample" ? "SAMPLE" : severity === "info" ? null : severity.toUpperCase()
  if (word === null) return none
  const colour = severity === "critical" ? colours.short : severity === "warning" ? colours.exit : colours.soft
  return html`<span style="${pill(colour)}">${word}</span> `
}

const pill = (colour: string): string =>
  `display:inline-block;padding:0 8px;border-radius:4px;background:${colour};color:#ffffff;font-size:13px;line-height:22px;font-weight:700;`

const lineRow = (line: string): Markup =>
  html`<tr><td class="ink" style="padding:0 4px 12px;font-size:15px;line-height:22px;color:${colours.ink};overflow-wrap:anywhere;">${
    oneLine(line)
  }</td></tr>
`

const note = (text: string): Markup =>
  html`<tr><td class="soft" style="padding:0 4px 16px;font-size:14px;line-height:20px;color:${colours.soft};">${text}</td></tr>
`

const colourOf = (signal: AlertSignal): string =>
  isExit(signal) ? colours.exit : signal.type === "LONG" ? colours.long : colours.short

const card = (signal: AlertSignal, zone: string): Markup => {
  const colour = colourOf(signal)
  const entry = [isExit(signal) ? "Price" : "Entry", signal.entry.text] as const
  // What it came to is looked for first.
  const facts = signal.outcome === null ? [entry, ...factsOf(signal)] : [
    ...factsOf(signal).slice(0, 1),
    entry,
    ...factsOf(signal).filter(([name]) => name === "Ended")
  ]
  return html`<tr><td style="padding:0 0 16px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="background:${colours.card};border:1px solid ${colours.line};border-left:4px solid ${colour};border-radius:6px;" aria-label="${
    headingOf(signal)
  }">
<tr><td colspan="3" class="ink" style="padding:14px 16px 4px;font-size:17px;line-height:24px;font-weight:700;color:${colours.ink};overflow-wrap:anywhere;"><span style="${
    pill(colour)
  }">${signal.type}</span>&nbsp; ${
    oneLine(signal.symbol)
  } <span class="soft" style="font-weight:400;color:${colours.soft};">${signal.timeframe}</span></td></tr>
${threes(facts.slice(0, 3), 18)}
${threes(facts.slice(3), 15)}
${remarksOf(signal).map((remark) => remarkRow(remark, remark === oneLine(signal.outcome?.text ?? signal.reason)))}
<tr><td colspan="3" class="soft" style="padding:6px 16px 14px;font-size:12px;line-height:18px;color:${colours.soft};">Bar closed ${
    whenOf(signal)
  } (${zone})</td></tr>
</table>
</td></tr>
`
}

/** Names over values, three beside each other. */
const threes = (facts: ReadonlyArray<readonly [name: string, value: string]>, size: number): Markup =>
  facts.length === 0 ? none : html`<tr>${
    [0, 1, 2].map((at) => {
      const [name, value] = facts[at] ?? ["", ""]
      return html`<td width="33%" valign="top" style="padding:8px 4px 4px ${
        at === 0 ? 16 : 4
      }px;"><span class="soft" style="font-size:12px;line-height:16px;color:${colours.soft};">${name}</span><br><span class="ink" style="font-size:${size}px;line-height:24px;font-weight:600;color:${colours.ink};overflow-wrap:anywhere;">${value}</span></td>`
    })
  }</tr>`

const remarkRow = (remark: string, isReason: boolean): Markup =>
  html`<tr><td colspan="3" class="${
    isReason ? "ink" : "soft"
  }" style="padding:6px 16px 0;font-size:14px;line-height:20px;color:${
    isReason ? colours.ink : colours.soft
  };overflow-wrap:anywhere;">${remark}</td></tr>
`

const eventTable = (rows: ReadonlyArray<Markup>): Markup =>
  html`<tr><td style="padding:0 0 16px;">
<table class="card frame" width="100%" cellpadding="0" cellspacing="0" style="background:${colours.card};border:1px solid ${colours.line};border-radius:6px;border-collapse:separate;">
<tr>${
    (["Level", "Event", "Close"] as const).map((name) =>
      html`<th class="soft" align="${name === "Close" ? "right" : "left"}" width="${
        widths[name]
      }" style="padding:10px 12px;font-size:12px;line-height:16px;font-weight:400;color:${colours.soft};">${name}</th>`
    )
  }</tr>
${rows}
</table>
</td></tr>
`

const widths = { Level: "42%", Event: "34%", Close: "24%" } as const

const eventRows = (event: AlertEvent, zone: string): Markup => {
  const { ink, line, soft } = colours
  const top =
    `padding:10px 12px;border-top:1px solid ${line};font-size:14px;line-height:20px;vertical-align:top;color:${ink};`
  const below = `padding:0 12px 10px;font-size:12px;line-height:18px;color:${soft};`
  const known = event.howOften === null ? none : html`${oneLine(event.howOften)}<br>`
  return html`<tr>
<td class="ink line" style="${top}overflow-wrap:anywhere;"><strong>${
    oneLine(event.symbol)
  }</strong> ${event.timeframe}<br>${oneLine(event.level)} at ${event.place}</td>
<td class="ink line" style="${top}">${event.kind} from ${event.from}</td>
<td class="ink line" align="right" style="${top}">${event.close.text}</td>
</tr><tr><td colspan="3" class="soft" style="${below}">${known}Bar closed ${whenOf(event)} (${zone})</td></tr>
`
}
