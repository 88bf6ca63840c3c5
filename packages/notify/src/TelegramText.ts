/**
 * An alert as a message of Telegram: its HTML, of at most 4,096 characters; what is over is left out by whole rows.
 *
 * Source: Telegram Bot API, "sendMessage" and "HTML style".
 */
import type { Alert, AlertEvent, AlertSignal } from "./Alert.ts"
import {
  clipped,
  eventText,
  exitsFirst,
  factsOf,
  headingOf,
  isExit,
  oneLine,
  remarksOf,
  rowsName,
  titleOf,
  whenOf
} from "./AlertWords.ts"
import { html } from "./Markup.ts"
import type { Shape } from "./OneMessage.ts"
import { moreRoom, moreText, wholeRows } from "./WholeRows.ts"

const mostCharacters = 4096

export const telegramMessage = (alert: Alert): Shape => {
  const title = html`<b>${clipped(titleOf(alert), 250)}</b>`.text
  const footer = alert.footer === "" ? "" : html`<i>${clipped(oneLine(alert.footer), 250)}</i>`.text
  const room = mostCharacters - title.length - footer.length - between.length * 5 - 3 * moreRoom
  const lines = wholeRows(alert.lines.map((line) => html`${clipped(oneLine(line), 300)}`.text), sizeOf, room)
  const left = room - total(lines.shown)
  const signals = wholeRows(exitsFirst(alert.signals).map((one) => signalText(one, alert.zone)), sizeOf, left)
  const events = wholeRows(alert.events.map(rowOf), sizeOf, left - total(signals.shown))
  return {
    signals: signals.shown.length,
    payload: {
      text: [
        title,
        [...lines.shown, ...moreText(lines.left, "line")].join("\n"),
        ...signals.shown,
        moreText(signals.left, rowsName(alert)).join(""),
        [...events.shown, ...moreText(events.left, "level event")].join("\n"),
        footer
      ].filter((text) => text !== "").join(between),
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true }
    }
  }
}

const between = "\n\n"
const sizeOf = (text: string) => text.length + between.length
const total = (texts: ReadonlyArray<string>) => texts.reduce((sum, text) => sum + sizeOf(text), 0)

const mark = (signal: AlertSignal): string =>
  isExit(signal) ? "\u{1f7e0}" : signal.type === "LONG" ? "\u{1f7e2}" : "\u{1f534}"

const signalText = (signal: AlertSignal, zone: string): string =>
  [
    html`${mark(signal)} <b>${clipped(headingOf(signal), 120)}</b>`,
    html`${clipped(factsOf(signal).map(([name, value]) => `${name} ${value}`).join(" · "), 200)}`,
    ...remarksOf(signal).map((remark) => html`${clipped(remark, 250)}`),
    html`<i>Bar closed ${clipped(whenOf(signal), 80)} (${zone})</i>`
  ].map(({ text }) => text).join("\n")

const rowOf = (event: AlertEvent): string =>
  html`${clipped([eventText(event), ...event.howOften === null ? [] : [oneLine(event.howOften)]].join("; "), 400)}`.text
