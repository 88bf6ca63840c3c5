/** Parts of news as alerts: their titles, prices with the instrument's tick, and times in the reader's zone. */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { noOdds, type OddsOf } from "@dgas/domain/Odds"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { durationText, timeText } from "@dgas/domain/TimeText"
import type { Alert, AlertEvent, AlertSignal } from "./Alert.ts"
import { levelText, placeText, sideText } from "./LevelTable.ts"
import { type Part, partOf } from "./Part.ts"
import { priceText } from "./PriceText.ts"
import { disclaimer, reasonOf, tickOf } from "./SignalTable.ts"

/** By the id of signal or level event: `rates` tells what base rates say of it, `odds` what outcomes of earlier signals do. */
export interface AlertContext {
  readonly id: string
  readonly zone: string
  readonly rates: ReadonlyMap<string, string>
  readonly odds: OddsOf
}

export const alertOf = (part: Part, context: AlertContext): Alert => {
  const { kind, notice, run } = part
  return {
    id: context.id,
    kind,
    severity: notice === null ? "info" : "warning",
    title: titleOf(part, context.zone),
    lines: notice === null ? [] : [notice.detail],
    schedule: run.schedule,
    timeframe: run.intervalType,
    slotAt: run.slotAt,
    lateMs: notice === null ? run.lateMs : null,
    zone: context.zone,
    signals: part.signals.map((signal) => alertSignal(signal, run.intervalType, context)),
    events: part.events.map((event) => alertEvent(event, context)),
    footer: disclaimer
  }
}

/** The signals of a run, for somebody who just looks at them. */
export const runAlert = (run: PredictionRun, signals: ReadonlyArray<Signal>, zone: string): Alert =>
  alertOf(partOf("signals", run, { signals }), { id: run.id, zone, rates: new Map(), odds: noOdds })

/** `timeframe` is the one that its schedule trades. */
export const alertSignal = (signal: Signal, timeframe: Timeframe, { odds, rates, zone }: AlertContext): AlertSignal => {
  const said = odds.get(signal.id)
  const price = (value: number) => ({ text: priceText(value, tickOf(signal)), value })
  const entry = isEntry(signal.type)
  return {
    id: signal.id,
    schedule: signal.schedule,
    symbol: signal.symbol,
    type: signal.type,
    timeframe,
    barClose: signal.signalTimestamp,
    barCloseText: timeText(signal.signalTimestamp, zone),
    entry: price(signal.entryPrice),
    stop: entry ? price(signal.stopLoss) : null,
    target: entry ? price(signal.targetPrice) : null,
    riskReward: entry ? signal.riskRewardRatio : null,
    confidence: signal.confidence,
    tier: signal.tier,
    reason: reasonOf(signal),
    howOften: rates.get(signal.id) ?? null,
    odds: said === undefined || said.probability === null ? null : said.text,
    closesSignalId: signal.closesSignalId,
    outcome: null,
    origin: signal.origin
  }
}

const alertEvent = (event: LevelEvent, { rates, zone }: AlertContext): AlertEvent => ({
  id: event.id,
  schedule: event.schedule,
  symbol: event.symbol,
  timeframe: event.timeframe,
  barClose: event.eventTimestamp,
  barCloseText: timeText(event.eventTimestamp, zone),
  level: levelText(event),
  kind: event.kind,
  place: placeText(event),
  low: event.low,
  high: event.high,
  from: sideText(event),
  close: { text: priceText(event.close, event.tick), value: event.close },
  howOften: rates.get(event.id) ?? null
})

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`

const titleOf = ({ events, kind, notice, run, signals }: Part, zone: string): string => {
  const lateText = durationText(run.lateMs ?? 0)
  const close = `the ${run.intervalType} close of ${timeText(run.slotAt, zone)} ${zone}`
  const atClose = `at ${close}${run.lateMs === null ? "" : `, LATE by ${lateText}`}`
  const [signal] = signals
  const what = () => {
    switch (kind) {
      case "signals":
        return `${counted(signals.length, "signal")} ${atClose}`
      case "levels":
        return `${counted(events.length, "level event")} ${atClose}`
      case "exit":
        return `${signal?.type} ${signal?.symbol} ${atClose}`
      case "digest":
        return `digest of ${counted(signals.length, "LATE signal")}, found after the worker had been away`
      case "late":
        return `${
          signals.length === 1 ? "1 signal of a symbol whose bar" : `${signals.length} signals of symbols whose bars`
        } at ${close} came LATE by ${lateText}`
      case "corrected":
      case "adjusted":
        return `${notice?.kind} ${signal?.type} ${signal?.symbol} of ${
          timeText(signal?.signalTimestamp ?? run.slotAt, zone)
        } ${zone}`
    }
  }
  return `${run.schedule}: ${what()}`
}
