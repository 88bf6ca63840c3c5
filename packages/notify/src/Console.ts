/**
 * The console channel: signals as a table that a trader reads at a glance.
 *
 * The payload holds the rendered cells; colour is added when the output is a terminal, and never otherwise.
 */
import * as EffectConsole from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Alert, AlertEvent, AlertSignal } from "./Alert.ts"
import type { Channel } from "./Channel.ts"
import { levelEventColumns } from "./LevelTable.ts"
import { signalColumns } from "./SignalTable.ts"
import * as Table from "./Table.ts"
import { left, right } from "./Table.ts"

const ConsolePayload = Schema.Struct({
  title: Schema.String,
  /** Between title and table; messages of earlier versions have none. */
  lines: Schema.optionalKey(Schema.Array(Schema.String)),
  columns: Schema.Array(Schema.Struct({ header: Schema.String, align: Schema.Literals(["left", "right"]) })),
  rows: Schema.Array(Schema.Array(Schema.String)),
  footer: Schema.String
})

export const consolePayload = (alert: Alert): typeof ConsolePayload.Type => ({
  ...heading(alert),
  ...alert.events.length > 0 ? levelTable(alert) : alert.signals.length === 0
    ? noTable
    : alert.kind === "outcome"
    ? outcomeTable(alert)
    : signalTable(alert),
  footer: alert.footer
})

export const consoleChannel: Pick<Channel, "channel" | "threads" | "render"> = {
  channel: "console",
  threads: false,
  render: (alert) => [{ part: "", signalIds: alert.signals.map(({ id }) => id), payload: consolePayload(alert) }]
}

/** What became known of a signal stands in the title: it is one line. */
const heading = ({ kind, lines, title }: Alert) =>
  kind === "corrected" || kind === "adjusted"
    ? { title: [title, ...lines].join(": ") }
    : { title, ...lines.length === 0 ? {} : { lines } }

const noTable = { columns: [], rows: [] }

const signalTable = ({ signals, zone }: Alert) => ({
  columns: [...signalColumns(zone)],
  rows: signals.map(signalCells)
})

const signalCells = (signal: AlertSignal): ReadonlyArray<string> => [
  signal.barCloseText,
  signal.symbol,
  signal.type,
  signal.entry.text,
  signal.stop?.text ?? "",
  signal.target?.text ?? "",
  signal.riskReward?.toFixed(2) ?? "",
  signal.confidence.toFixed(2),
  signal.tier ?? "",
  [signal.reason, signal.howOften, signal.odds].filter((text) => text !== null).join("; ")
]

const outcomeTable = ({ signals, zone }: Alert) => ({
  columns: [
    left(`bar close (${zone})`),
    left("symbol"),
    left("type"),
    right("entry"),
    left("result"),
    left("how it ended")
  ],
  rows: signals.map(({ barCloseText, entry, outcome, symbol, type }) => [
    barCloseText,
    symbol,
    type,
    entry.text,
    outcome?.result ?? "",
    outcome?.text ?? ""
  ])
})

const levelTable = ({ events, zone }: Alert) => {
  const rated = events.some(({ howOften }) => howOften !== null)
  return { columns: [...levelEventColumns(zone, rated)], rows: events.map((event) => levelCells(event, rated)) }
}

const levelCells = (event: AlertEvent, rated: boolean): ReadonlyArray<string> => [
  event.barCloseText,
  event.symbol,
  event.timeframe,
  event.level,
  event.place,
  event.kind,
  event.from,
  event.close.text,
  ...rated ? [event.howOften ?? ""] : []
]

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
  Effect.map(Effect.orDie(decode(payload)), ({ columns, footer, lines = [], rows, title }) => {
    const table = columns.length === 0 ? [] : Table.render(columns, rows, Table.terminalWidth()).split("\n")
    const [header, rule, body, end] = [
      table.slice(0, 1),
      table.slice(1, 2),
      table.slice(2),
      footer === "" ? [] : [footer]
    ]
    const faint = (text: string) => paint(2, text)
    return (colour
      ? [paint(1, title), ...lines, ...header.map(faint), ...rule.map(faint), ...paintRows(body), ...end.map(faint)]
      : [title, ...lines, ...table, ...end]).join("\n")
  })

/** Prints one message, with an empty line before it and after. */
export const deliver = (payload: unknown, colour: boolean): Effect.Effect<void> =>
  Effect.flatMap(textOf(payload, colour), (text) => EffectConsole.log(`\n${text}\n`))
