/** One day of the live worker on a page: what ran, what was signalled and what became of it, what was told, and the SLA. */
import type { CycleDay, EventCount, MessageCount, SlotCount } from "@dgas/db/DayStore"
import type { JudgedEntry } from "@dgas/db/OutcomeHistory"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { costText } from "@dgas/monitor/JudgedScope"
import { countsOf, denominatorText } from "@dgas/monitor/OutcomeCounts"
import type { Performance } from "@dgas/monitor/Performance"
import { left, right } from "@dgas/notify/Table"
import { endText, signed } from "./OutcomeSummary.ts"
import { type Block, grid, type Page, section, words } from "./Page.ts"
import { count, performanceSection } from "./PerformancePage.ts"
import type { Column } from "./Rows.ts"

export interface Daily {
  /** `2026-01-05` in `zone`, from its first midnight to the next or to now; epoch milliseconds. */
  readonly day: string
  readonly zone: string
  readonly since: number
  readonly until: number
  readonly performance: ReadonlyArray<Performance>
  readonly cycles: ReadonlyArray<CycleDay>
  readonly slots: ReadonlyArray<SlotCount>
  /** Oldest first. */
  readonly signals: ReadonlyArray<JudgedEntry>
  readonly events: ReadonlyArray<EventCount>
  readonly messages: ReadonlyArray<MessageCount>
}

export const dailyPage = (found: Daily): Page => ({
  title: `Day ${found.day}`,
  lead: [
    `Bar closes from ${timeText(found.since, found.zone)} to ${
      timeText(found.until, found.zone)
    } ${found.zone}, live runs.`
  ],
  sections: [
    section("Slots", ...slotBlocks(found)),
    section("Signals", ...signalBlocks(found)),
    section("Level events", ...eventBlocks(found)),
    section("Deliveries", ...messageBlocks(found)),
    ...found.performance.map((one) => performanceSection(one, found.cycles))
  ]
})

const orNone = (rows: ReadonlyArray<unknown>, what: string, ...blocks: ReadonlyArray<Block>): ReadonlyArray<Block> =>
  rows.length === 0 ? [words(`No ${what}.`)] : blocks

const slotBlocks = ({ slots }: Daily) =>
  orNone(
    slots,
    "slots",
    grid(
      [left("schedule"), left("state"), left("reason"), right("slots")],
      slots.map(({ count, reason, schedule, state }) => [schedule, state, reason ?? "", String(count)])
    )
  )

/** More rows than this are no page of a day. */
const mostRows = 100

const signalBlocks = ({ signals, zone }: Daily) => {
  const shown = signals.slice(-mostRows)
  const before = signals.length - shown.length
  return orNone(
    signals,
    "signals",
    words(denominatorText(countsOf(signals)), costText(signals)),
    grid(
      [
        left(`close (${zone})`),
        left("symbol"),
        left("type"),
        left("outcome"),
        right("R"),
        left("ended by"),
        left("tier"),
        right("confidence")
      ],
      shown.map((signal) => [
        // The day is in the title.
        timeText(signal.signalAt, zone).slice(11),
        signal.symbol,
        signal.type,
        signal.outcome,
        signal.filled === true && signal.r !== null ? signed(signal.r) : "",
        endText(signal),
        signal.tier ?? "",
        signal.confidence.toFixed(2)
      ])
    ),
    ...before === 0
      ? []
      : [
        words(
          `${count(before, "signal")} before these: bun run report outcomes --since ${
            isoText(signals[0]?.signalAt ?? 0)
          }`
        )
      ]
  )
}

const eventBlocks = ({ events }: Daily) =>
  orNone(
    events,
    "level events",
    grid(
      [left("schedule"), left("symbol"), left("timeframe"), left("level"), left("kind"), right("times")],
      events.toSorted((a, b) => b.count - a.count).slice(0, mostRows).map((one) => [
        one.schedule,
        one.symbol,
        one.timeframe,
        one.level,
        one.kind,
        String(one.count)
      ])
    ),
    ...events.length <= mostRows ? [] : [words(`${events.length - mostRows} more kinds of them happened less often.`)]
  )

const messageBlocks = ({ messages }: Daily) =>
  orNone(
    messages,
    "messages",
    grid(
      [left("destination"), left("kind"), left("state"), right("messages")],
      messages.map(({ count, destination, kind, state }) => [destination, kind, state, String(count)])
    )
  )

/** A count or a figure of the day, for programs. */
export interface DailyRow {
  readonly about: string
  readonly what: string
  readonly value: number | string | null
}

export const dailyColumns: ReadonlyArray<Column<DailyRow>> = [
  { name: "about", value: ({ about }) => about },
  { name: "what", value: ({ what }) => what },
  { name: "value", value: ({ value }) => value }
]

const sep = " "

export const dailyRows = (found: Daily): ReadonlyArray<DailyRow> => [
  ...found.slots.map(({ count, reason, schedule, state }) => ({
    about: "slots",
    what: [schedule, state, ...reason === null ? [] : [reason]].join(sep),
    value: count
  })),
  ...Object.entries(countsOf(found.signals)).map(([what, value]) => ({ about: "signals", what, value })),
  ...found.events.map((one) => ({
    about: "events",
    what: [one.schedule, one.symbol, one.timeframe, one.level, one.kind].join(sep),
    value: one.count
  })),
  ...found.messages.map((one) => ({
    about: "messages",
    what: [one.destination, one.kind, one.state].join(sep),
    value: one.count
  })),
  ...found.performance.flatMap(({ promises, schedule }) =>
    promises.map(({ found, kept, promise }) => ({
      about: "sla",
      what: `${schedule} ${promise} ${kept === null ? "unknown" : kept ? "kept" : "broken"}`,
      value: found
    }))
  )
]
