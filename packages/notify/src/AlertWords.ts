/**
 * What every channel says in the same words: a signal's heading and numbers, what is known of it, and a level event.
 *
 * Each is one line without control characters, whatever a reason or a symbol holds.
 */
import { durationText } from "@dgas/domain/TimeText"
import type { Alert, AlertEvent, AlertSignal } from "./Alert.ts"

export const isExit = ({ type }: Pick<AlertSignal, "type">): boolean => type === "EXIT_LONG" || type === "EXIT_SHORT"

/** As which its signals are counted where they have no room. */
export const rowsName = ({ kind }: Alert): "outcome" | "signal" => kind === "outcome" ? "outcome" : "signal"

/** Somebody may hold what an exit closes, so exits come first and are the last to be cut. */
export const exitsFirst = (signals: ReadonlyArray<AlertSignal>): ReadonlyArray<AlertSignal> => [
  ...signals.filter(isExit),
  ...signals.filter((signal) => !isExit(signal))
]

/** `LONG BTCUSDT 30m at 97.10` */
export const headingOf = ({ entry, symbol, timeframe, type }: AlertSignal): string =>
  oneLine(`${type} ${symbol} ${timeframe} at ${entry.text}`)

/** Its numbers besides the entry, each with its name; of one that is told to have ended its result. */
export const factsOf = (signal: AlertSignal): ReadonlyArray<readonly [name: string, value: string]> =>
  signal.outcome === null ? plannedOf(signal) : [
    ["Result", signal.outcome.result],
    ...signal.outcome.fillPrice === null ? [] : [["Filled", signal.outcome.fillPrice.text] as const],
    ...signal.outcome.exitPrice === null ? [] : [["Ended", signal.outcome.exitPrice.text] as const]
  ]

const plannedOf = (signal: AlertSignal): ReadonlyArray<readonly [name: string, value: string]> => [
  ...signal.stop === null ? [] : [["Stop", signal.stop.text] as const],
  ...signal.target === null ? [] : [["Target", signal.target.text] as const],
  ...signal.riskReward === null ? [] : [["R:R", signal.riskReward.toFixed(2)] as const],
  ["Confidence", scoreText(signal.confidence)],
  ...signal.tier === null ? [] : [["Tier", signal.tier] as const]
]

/** A score and not a share of cases, so never in percent. */
export const scoreText = (confidence: number): string => `${confidence.toFixed(2)} of 1`

/** Why it was given, how often price gets there, and its odds, as far as they are known; or how it ended. */
export const remarksOf = ({ howOften, odds, outcome, reason }: AlertSignal): ReadonlyArray<string> =>
  (outcome === null ? [reason, howOften, odds] : [outcome.text]).flatMap((text) =>
    text === null || text === "" ? [] : [oneLine(text)]
  )

/** `2026-01-05 09:30, crypto-30m` */
export const whenOf = ({ barCloseText, schedule }: AlertSignal | AlertEvent): string => `${barCloseText}, ${schedule}`

/** `BTCUSDT 4h envelopeTop at 91000.50: touch from below, close 90800.00` */
export const eventText = ({ close, from, kind, level, place, symbol, timeframe }: AlertEvent): string =>
  oneLine(`${symbol} ${timeframe} ${level} at ${place}: ${kind} from ${from}, close ${close.text}`)

/** Says how bad it is, where that is not said by a colour. */
export const titleOf = ({ kind, severity, title }: Alert): string =>
  oneLine(severity === "info" || kind !== "alarm" ? title : `${severity.toUpperCase()}: ${title}`)

/** What stands where only one line does. A message about one fresh signal is that signal; all others have their title. */
export const subjectOf = (alert: Alert): string => {
  const { events, kind, lateMs, signals } = alert
  const [signal, ...others] = signals
  if (signal === undefined || others.length + events.length > 0 || (kind !== "signals" && kind !== "exit")) {
    return clipped(titleOf(alert), longestSubject)
  }
  const facts = factsOf(signal).filter(([name]) => name !== "Tier").map(([name, value]) => `${name} ${value}`)
  const late = lateMs === null ? [] : [`LATE by ${durationText(lateMs)}`]
  return clipped([headingOf(signal), ...late, ...facts].join(", "), longestSubject)
}

const longestSubject = 180

/** Without control and direction marks, so that nothing begins a line, a header or a run of text of its own. */
export const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")

/** At most `length` UTF-16 units, and no half of a character. */
export const clipped = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`
