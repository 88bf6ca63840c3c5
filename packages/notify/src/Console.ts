/**
 * The console channel: signals as a table that a trader reads at a glance.
 *
 * The payload holds the rendered cells; colour is added when the output is a terminal, and never otherwise.
 */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import type { SignalNotice } from "@dgas/domain/SignalNotice"
import * as EffectConsole from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { levelEventCells, levelEventColumns } from "./LevelTable.ts"
import { disclaimer, signalCells, signalColumns } from "./SignalTable.ts"
import * as Table from "./Table.ts"
import { durationText, timeText } from "./TimeText.ts"

const ConsolePayload = Schema.Struct({
  title: Schema.String,
  columns: Schema.Array(Schema.Struct({ header: Schema.String, align: Schema.Literals(["left", "right"]) })),
  rows: Schema.Array(Schema.Array(Schema.String)),
  footer: Schema.String
})

/** `howOften` tells of each signal what base rates say of its entry; null shows none. */
export const consolePayload = (
  run: PredictionRun,
  signals: ReadonlyArray<Signal>,
  zone: string,
  howOften: ReadonlyArray<string> | null = null
): typeof ConsolePayload.Type => ({
  title: titleOf(run, signals.length, "signal", zone),
  columns: [...signalColumns(zone)],
  rows: signals.map((signal, index) => {
    const cells = signalCells(signal, zone)
    const told = howOften?.[index] ?? ""
    return told === "" ? cells : [...cells.slice(0, -1), `${cells.at(-1)}; ${told}`]
  }),
  footer: disclaimer
})

/** Signals that came too late to be acted on, all in one. */
export const digestPayload = (
  run: PredictionRun,
  late: ReadonlyArray<Signal>,
  zone: string
): typeof ConsolePayload.Type => ({
  title: `${run.schedule}: digest of ${late.length} LATE ${
    late.length === 1 ? "signal" : "signals"
  }, found after the worker had been away`,
  columns: [...signalColumns(zone)],
  rows: late.map((signal) => signalCells(signal, zone)),
  footer: disclaimer
})

/** Signals of symbols whose bars came after the others'; `run.lateMs` is how long after. */
export const alonePayload = (
  run: PredictionRun,
  signals: ReadonlyArray<Signal>,
  zone: string
): typeof ConsolePayload.Type => ({
  ...consolePayload(run, signals, zone),
  title: `${run.schedule}: ${signals.length} ${
    signals.length === 1 ? "signal of a symbol whose bar" : "signals of symbols whose bars"
  } at the ${run.intervalType} close of ${timeText(run.slotAt, zone)} ${zone} came LATE by ${
    durationText(run.lateMs ?? 0)
  }`
})

/** What became known of a signal that was told before. */
export const noticePayload = (notice: SignalNotice, signal: Signal, zone: string): typeof ConsolePayload.Type => ({
  title: `${signal.schedule}: ${notice.kind} ${signal.type} ${signal.symbol} of ${
    timeText(signal.signalTimestamp, zone)
  } ${zone}: ${notice.detail}`,
  columns: [...signalColumns(zone)],
  rows: [signalCells(signal, zone)],
  footer: disclaimer
})

/** `howOften` tells of each event what base rates say; null shows none. */
export const levelsPayload = (
  run: PredictionRun,
  events: ReadonlyArray<LevelEvent>,
  zone: string,
  howOften: ReadonlyArray<string> | null
): typeof ConsolePayload.Type => ({
  title: titleOf(run, events.length, "level event", zone),
  columns: [...levelEventColumns(zone, howOften !== null)],
  rows: events.map((event, index) => [
    ...levelEventCells(event, zone),
    ...howOften === null ? [] : [howOften[index] ?? ""]
  ]),
  footer: disclaimer
})

const titleOf = (run: PredictionRun, count: number, what: string, zone: string): string => {
  return `${run.schedule}: ${count} ${what}${count === 1 ? "" : "s"} at the ${run.intervalType} close of ${
    timeText(run.slotAt, zone)
  } ${zone}${run.lateMs === null ? "" : `, LATE by ${durationText(run.lateMs)}`}`
}

const paint = (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`

/** Buys green, sells red, exits yellow, line by line, so that alignment stays. A folded line is as its row. */
export const paintRows = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  let code = 0
  return lines.map((line) => {
    const type = line.startsWith(" ") ? undefined : /\s(EXIT_LONG|EXIT_SHORT|LONG|SHORT)\s/.exec(line)?.[1]
    if (type !== undefined) code = type === "LONG" ? 32 : type === "SHORT" ? 31 : 33
    return code === 0 ? line : paint(code, line)
  })
}

const decode = Schema.decodeUnknownEffect(ConsolePayload)

/** One message as lines of text. A payload that this version did not render is a bug, so it dies. */
export const textOf = (payload: unknown, colour: boolean): Effect.Effect<string> =>
  Effect.map(Effect.orDie(decode(payload)), ({ columns, footer, rows, title }) => {
    const [header = "", rule = "", ...lines] = Table.render(columns, rows, Table.terminalWidth()).split("\n")
    return (colour
      ? [paint(1, title), paint(2, header), paint(2, rule), ...paintRows(lines), paint(2, footer)]
      : [title, header, rule, ...lines, footer]).join("\n")
  })

/** Prints one message, with an empty line before it and after. */
export const deliver = (payload: unknown, colour: boolean): Effect.Effect<void> =>
  Effect.flatMap(textOf(payload, colour), (text) => EffectConsole.log(`\n${text}\n`))
