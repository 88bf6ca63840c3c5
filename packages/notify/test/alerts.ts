/** Alerts as a router would hand them over: one of each kind, one that is too much, and one of a hostile source. */
import type { Alert, AlertEvent, AlertOutcome, AlertSignal } from "../src/Alert.ts"
import { disclaimer } from "../src/SignalTable.ts"
import { slotAt } from "./signals.ts"

export const long: AlertSignal = {
  id: "crypto-30m/BTCUSDT/2026-01-05T14:30:00.000Z/LONG@1",
  schedule: "crypto-30m",
  symbol: "BTCUSDT",
  type: "LONG",
  timeframe: "30m",
  barClose: slotAt,
  barCloseText: "2026-01-05 09:30",
  entry: { text: "90000.50", value: 90_000.5 },
  stop: { text: "89000.00", value: 89_000 },
  target: { text: "92001.50", value: 92_001.5 },
  riskReward: 2,
  confidence: 0.78,
  tier: "HIGH",
  reason: "PLDOT_PUSH with the higher TREND UP; 3 levels of the 4h within the zone",
  howOften:
    "entry at the 4h fiveTwoUp, by the next 4h bar reached 50 % [43, 57], closed beyond 10 % [7, 15] of 200 bars",
  odds: "0.58 [0.49, 0.66] of fills ended above 0, by 412 outcomes, 120 of like confidence",
  closesSignalId: null,
  outcome: null,
  origin: "LIVE"
}

export const short: AlertSignal = {
  ...long,
  id: "crypto-30m/SOLUSDT/2026-01-05T14:30:00.000Z/SHORT@1",
  symbol: "SOLUSDT",
  type: "SHORT",
  entry: { text: "187.40", value: 187.4 },
  stop: { text: "190.10", value: 190.1 },
  target: { text: "181.30", value: 181.3 },
  riskReward: 2.26,
  confidence: 0.71,
  tier: "MEDIUM",
  reason: "ZONE_TOUCH at the envelopeTop with the higher TREND DOWN",
  howOften: null,
  odds: null
}

export const exit: AlertSignal = {
  ...long,
  id: "crypto-30m/ETHUSDT/2026-01-05T14:30:00.000Z/EXIT_SHORT@1",
  symbol: "ETHUSDT",
  type: "EXIT_SHORT",
  entry: { text: "3000.00", value: 3000 },
  stop: null,
  target: null,
  riskReward: null,
  confidence: 0.65,
  tier: null,
  reason: "ZONE_TOUCH against the SHORT that is filled",
  howOften: null,
  odds: null,
  closesSignalId: "crypto-30m/ETHUSDT/2026-01-04T14:30:00.000Z/SHORT@1"
}

export const touch: AlertEvent = {
  id: "crypto-30m/BTCUSDT/2026-01-05T14:30:00.000Z/4h/envelopeTop/touch@1",
  schedule: "crypto-30m",
  symbol: "BTCUSDT",
  timeframe: "4h",
  barClose: slotAt,
  barCloseText: "2026-01-05 09:30",
  level: "envelopeTop",
  kind: "touch",
  place: "91000.50",
  low: 91_000.5,
  high: 91_000.5,
  from: "below",
  close: { text: "90800.00", value: 90_800 },
  howOften: "reached 50 % [43, 57], closed beyond 10 % [7, 15] of 200 bars"
}

const zone: AlertEvent = {
  ...touch,
  id: "crypto-30m/SOLUSDT/2026-01-05T14:30:00.000Z/30m/zone/enter@1",
  symbol: "SOLUSDT",
  timeframe: "30m",
  level: "zone of weight 4.00",
  kind: "enter",
  place: "186.90 to 187.80",
  low: 186.9,
  high: 187.8,
  from: "above",
  close: { text: "187.40", value: 187.4 },
  howOften: null
}

const alert = (of: Partial<Alert> & Pick<Alert, "kind" | "title">): Alert => ({
  id: `crypto-30m/2026-01-05T14:30:00.000Z/email/mail/${of.kind}`,
  severity: "info",
  lines: [],
  schedule: "crypto-30m",
  timeframe: "30m",
  slotAt,
  lateMs: null,
  zone: "America/New_York",
  signals: [],
  events: [],
  footer: disclaimer,
  ...of
})

const close = "at the 30m close of 2026-01-05 09:30 America/New_York"

export const one = alert({ kind: "signals", title: `crypto-30m: 1 signal ${close}`, signals: [long] })

export const leaving = alert({ kind: "exit", title: `crypto-30m: 1 signal ${close}`, signals: [exit] })

export const several = alert({
  kind: "signals",
  title: `crypto-30m: 3 signals and 2 level events ${close}`,
  signals: [long, short, exit],
  events: [touch, zone]
})

export const late = alert({
  kind: "digest",
  severity: "warning",
  title: "crypto-30m: digest of 2 LATE signals, found after the worker had been away",
  lateMs: 18_000_000,
  signals: [short, exit]
})

export const corrected = alert({
  kind: "corrected",
  severity: "warning",
  title: "crypto-30m: CORRECTED LONG BTCUSDT of 2026-01-05 09:30 America/New_York",
  lines: ["It is off: the source revised the bars that it was computed from.", "Then: entry 90000.50. Now: no signal."],
  signals: [long]
})

const won: AlertOutcome = {
  outcome: "WIN",
  exitReason: "TARGET",
  filled: true,
  ambiguous: false,
  fillPrice: { text: "90000.50", value: 90_000.5 },
  exitPrice: { text: "92001.50", value: 92_001.5 },
  r: 1.98,
  rIfLoss: 1.98,
  rIfWin: 1.98,
  pnlPct: 2.2,
  costPct: 0.02,
  barsHeld: 7,
  decidedAt: slotAt + 7 * 1_800_000,
  decidedAtText: "2026-01-05 13:00",
  result: "WIN of +1.98 R",
  text: "the target was reached: filled at 90000.50, ended at 92001.50 after 7 bars, +2.20 %, after costs of 0.02 %",
  was: null
}

const unfilled: AlertOutcome = {
  ...won,
  outcome: "NEUTRAL",
  exitReason: "UNFILLED",
  filled: false,
  fillPrice: null,
  exitPrice: null,
  r: 0,
  rIfLoss: 0,
  rIfWin: 0,
  pnlPct: 0,
  barsHeld: 0,
  result: "UNFILLED",
  text: "price did not come to the entry before it ended, so nothing came of it"
}

export const ended = alert({
  kind: "outcome",
  title: "crypto-30m: WIN of +1.98 R, LONG BTCUSDT of 2026-01-05 09:30 America/New_York",
  signals: [{ ...long, outcome: won }]
})

export const endedTogether = alert({
  kind: "outcome",
  title: "crypto-30m: 2 signals ended at the 30m close of 2026-01-05 13:00 America/New_York: 1 TARGET, 1 UNFILLED",
  signals: [{ ...long, outcome: won }, { ...short, outcome: unfilled }]
})

export const endCorrected = alert({
  kind: "outcome",
  severity: "warning",
  title:
    "crypto-30m: corrected: was STOP -1.01 R, is TARGET +1.98 R, LONG BTCUSDT of 2026-01-05 09:30 America/New_York",
  signals: [{
    ...long,
    outcome: {
      ...won,
      text: `corrected: was STOP -1.01 R, is TARGET +1.98 R, since its bars were revised or came late; ${won.text}`,
      was: {
        outcome: "LOSS",
        exitReason: "STOP",
        filled: true,
        fillPrice: won.fillPrice,
        exitPrice: { text: "89000.00", value: 89_000 },
        r: -1.01,
        decidedAt: slotAt + 3_600_000
      }
    }
  }]
})

export const alarm = alert({
  kind: "alarm",
  severity: "critical",
  title: "No bars of binance for 2 h 5 min",
  lines: [
    "All 12 symbols of crypto-30m are affected; 4 slots are owed and wait.",
    "Look at the source's status, then at `report status`. Nothing is lost: what is owed is made up."
  ],
  schedule: null,
  timeframe: null,
  slotAt: null
})

/** More than any channel takes in one message. */
export const tooMuch = alert({
  kind: "signals",
  title: `crypto-30m: 121 signals and 200 level events ${close}`,
  signals: [
    ...Array.from({ length: 120 }, (_, at) => ({ ...long, id: `${long.id}/${at}`, symbol: `COIN${at}USDT` })),
    exit
  ],
  events: Array.from({ length: 200 }, (_, at) => ({ ...touch, id: `${touch.id}/${at}`, symbol: `COIN${at}USDT` }))
})

export const hostile = (text: string): Alert =>
  alert({
    kind: "signals",
    title: text,
    lines: [text],
    footer: text,
    signals: [{ ...long, symbol: text, reason: text, howOften: text, odds: text }],
    events: [{ ...touch, symbol: text, level: text, howOften: text }]
  })

export const all = { one, leaving, several, late, corrected, ended, endedTogether, endCorrected, alarm, tooMuch }
