/**
 * An alert as a message of Slack: a header, a section a signal, and level events in sections together.
 *
 * A message has at most 50 blocks, a section 3,000 characters and a header 150; all blocks together stay below what
 * Slack refuses as too long. What is over is left out by whole rows. `&`, `<` and `>` are escaped, which is all that can
 * begin a mention or a link.
 * Source: Slack API reference, "Blocks" and "Formatting message text".
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
  subjectOf,
  titleOf,
  whenOf
} from "./AlertWords.ts"
import type { Shape } from "./OneMessage.ts"
import { moreText, wholeRows } from "./WholeRows.ts"

/** Besides header, lines, level events, what is left out of both, and footer. */
const mostRows = 44
const mostCharacters = 10_000
const mostInSection = 3000
const longestRow = 1500

export const slackMessage = (alert: Alert): Shape => {
  const signals = wholeRows(
    exitsFirst(alert.signals).map((one) => signalText(one, alert.zone)),
    lengthOf,
    mostCharacters,
    mostRows
  )
  const used = signals.shown.reduce((sum, text) => sum + text.length, 0)
  const events = wholeRows(
    alert.events.map(rowOf),
    (text) => text.length + 1,
    Math.min(mostInSection, mostCharacters - used)
  )
  const lines = wholeRows(
    alert.lines.map((line) => shortened(oneLine(line), longestRow)),
    (text) => text.length + 1,
    mostInSection - 60
  )
  return {
    signals: signals.shown.length,
    payload: {
      text: shortened(subjectOf(alert), 400),
      blocks: [
        { type: "header", text: { type: "plain_text", text: clipped(titleOf(alert), 150), emoji: false } },
        ...sections([...lines.shown, ...moreText(lines.left, "line")].join("\n")),
        ...signals.shown.flatMap(sections),
        ...sections(moreText(signals.left, rowsName(alert)).join("")),
        ...sections(events.shown.join("\n")),
        ...sections(moreText(events.left, "level event").join("")),
        ...alert.footer === ""
          ? []
          : [{ type: "context", elements: [{ type: "mrkdwn", text: shortened(oneLine(alert.footer), 1000) }] }]
      ],
      unfurl_links: false,
      unfurl_media: false
    }
  }
}

const lengthOf = (text: string) => text.length

const sections = (text: string) => text === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text } }]

const mark = (signal: AlertSignal): string =>
  isExit(signal) ? ":large_orange_circle:" : signal.type === "LONG" ? ":large_green_circle:" : ":red_circle:"

const signalText = (signal: AlertSignal, zone: string): string =>
  [
    `${mark(signal)} *${shortened(headingOf(signal), 200)}*`,
    shortened(factsOf(signal).map(([name, value]) => `${name} ${value}`).join("  ·  "), 300),
    ...remarksOf(signal).map((remark) => shortened(remark, 600)),
    shortened(`Bar closed ${whenOf(signal)} (${zone})`, 150)
  ].join("\n")

const rowOf = (event: AlertEvent): string =>
  shortened([eventText(event), ...event.howOften === null ? [] : [oneLine(event.howOften)]].join("; "), longestRow)

export const escapedForSlack = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** Escaped, and at most `length` of it, without half of an escape. */
const shortened = (text: string, length: number): string => {
  const whole = escapedForSlack(text)
  return whole.length <= length ? whole : `${whole.slice(0, length - 1).replace(/&[a-z]{0,4}$|[\uD800-\uDBFF]$/, "")}…`
}
