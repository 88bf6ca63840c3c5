/** An alert as the plain text of a mail, for those who read without HTML. It says all that the HTML says. */
import type { Alert, AlertEvent, AlertSignal } from "./Alert.ts"
import {
  eventText,
  exitsFirst,
  factsOf,
  headingOf,
  oneLine,
  remarksOf,
  rowsName,
  titleOf,
  whenOf
} from "./AlertWords.ts"
import { moreText, wholeRows } from "./WholeRows.ts"

/** Of level events, in characters. */
const room = 30_000

/** Shows as many of the signals, exits first, as the HTML does. */
export const emailText = (alert: Alert, signals: number): string => {
  const shown = exitsFirst(alert.signals).slice(0, signals)
  const events = wholeRows(alert.events.map((one) => eventLines(one, alert.zone)), sizeOf, room)
  const paragraphs = [
    titleOf(alert),
    alert.lines.map(oneLine).join("\n"),
    ...shown.map((one) => signalText(one, alert.zone)),
    ...moreText(alert.signals.length - shown.length, rowsName(alert)),
    ...events.shown,
    ...moreText(events.left, "level event"),
    alert.footer === "" ? "" : `-- \n${oneLine(alert.footer)}`
  ]
  return `${paragraphs.filter((text) => text !== "").join("\n\n")}\n`
}

const sizeOf = (text: string) => text.length

const signalText = (signal: AlertSignal, zone: string): string =>
  [
    headingOf(signal),
    ...factsOf(signal).map(([name, value]) => `  ${`${name}:`.padEnd(12)}${value}`),
    ...remarksOf(signal).map((remark) => `  ${remark}`),
    `  Bar closed ${whenOf(signal)} (${zone})`
  ].join("\n")

const eventLines = (event: AlertEvent, zone: string): string =>
  [
    eventText(event),
    ...event.howOften === null ? [] : [`  ${oneLine(event.howOften)}`],
    `  Bar closed ${whenOf(event)} (${zone})`
  ].join("\n")
