/** One alert of each kind, as rules of a run would make them. */
import type { Alert, AlertEvent, AlertKind, AlertSignal } from "../src/Alert.ts"

const slotAt = Date.UTC(2026, 0, 5, 14, 30)
const price = (text: string) => ({ text, value: Number(text) })

export const long: AlertSignal = {
  id: "crypto-30m/BTCUSDT/2026-01-05T14:30:00.000Z/LONG@1",
  schedule: "crypto-30m",
  symbol: "BTCUSDT",
  type: "LONG",
  timeframe: "30m",
  barClose: slotAt,
  barCloseText: "2026-01-05 15:30",
  entry: price("90000.50"),
  stop: price("89000.00"),
  target: price("92001.50"),
  riskReward: 2,
  confidence: 0.7,
  tier: "HIGH",
  reason: "PLDOT_PUSH with the higher TREND UP",
  howOften: "entry at the 4h envelopeTop, by the next 4h bar 61 % (n = 240)",
  odds: null,
  closesSignalId: null,
  outcome: null,
  origin: "LIVE"
}

export const exitShort: AlertSignal = {
  ...long,
  id: "crypto-30m/ETHUSDT/2026-01-05T14:30:00.000Z/EXIT_SHORT@1",
  symbol: "ETHUSDT",
  type: "EXIT_SHORT",
  entry: price("3000.00"),
  stop: null,
  target: null,
  riskReward: null,
  confidence: 0.65,
  tier: null,
  reason: "ZONE_TOUCH against the SHORT that is \"filled\"",
  howOften: null,
  closesSignalId: "crypto-30m/ETHUSDT/2026-01-04T14:30:00.000Z/SHORT@1"
}

export const touch: AlertEvent = {
  id: "crypto-30m/BTCUSDT/2026-01-05T14:30:00.000Z/4h/envelopeTop/touch@1",
  schedule: "crypto-30m",
  symbol: "BTCUSDT",
  timeframe: "4h",
  barClose: slotAt,
  barCloseText: "2026-01-05 15:30",
  level: "envelopeTop",
  kind: "touch",
  place: "91000.50",
  low: 91_000.5,
  high: 91_000.5,
  from: "below",
  close: price("90800.00"),
  howOften: null
}

export const alertOf = (kind: AlertKind, rest: Partial<Alert> = {}): Alert => ({
  id: `crypto-30m/2026-01-05T14:30:00.000Z/webhook/mine/${kind}`,
  kind,
  severity: "info",
  title: "crypto-30m 2026-01-05 15:30 Europe/Zurich",
  lines: [],
  schedule: "crypto-30m",
  timeframe: "30m",
  slotAt,
  lateMs: null,
  zone: "Europe/Zurich",
  signals: [],
  events: [],
  footer: "Not advice.",
  ...rest
})

const target = {
  outcome: "WIN",
  exitReason: "TARGET",
  filled: true,
  fillPrice: price("90000.50"),
  exitPrice: price("92001.50"),
  r: 1.98,
  decidedAt: slotAt + 7 * 1_800_000
} as const

export const alerts: Record<AlertKind, Alert> = {
  signals: alertOf("signals", { signals: [exitShort, long], events: [touch] }),
  exit: alertOf("exit", { signals: [exitShort] }),
  levels: alertOf("levels", { events: [touch, { ...touch, id: `${touch.id}b`, from: "inside", kind: "exit" }] }),
  digest: alertOf("digest", { signals: [long], lateMs: 7_200_000, lines: ["2 runs were made up"] }),
  late: alertOf("late", { signals: [long], lateMs: 1_800_000 }),
  corrected: alertOf("corrected", { signals: [long], lines: ["stop was 88990.00, is 89000.00"], severity: "warning" }),
  adjusted: alertOf("adjusted", { lines: ["BTCUSDT split 2:1", "entry was 180001.00, is 90000.50"] }),
  outcome: alertOf("outcome", {
    severity: "warning",
    signals: [{
      ...long,
      outcome: {
        ...target,
        ambiguous: false,
        rIfLoss: 1.98,
        rIfWin: 1.98,
        pnlPct: 2.2,
        costPct: 0.02,
        barsHeld: 7,
        decidedAtText: "2026-01-05 19:00",
        result: "WIN of +1.98 R",
        text:
          "corrected: was UNFILLED, is TARGET +1.98 R, since its bars were revised or came late; the target was reached",
        was: {
          ...target,
          outcome: "NEUTRAL",
          exitReason: "UNFILLED",
          filled: false,
          fillPrice: null,
          exitPrice: null,
          r: 0
        }
      }
    }]
  }),
  alarm: alertOf("alarm", {
    id: "alarm/pending/webhook/mine",
    severity: "critical",
    title: "messages wait",
    lines: ["the oldest waits 7 min", "look at /readyz"],
    schedule: null,
    timeframe: null,
    slotAt: null
  }),
  sample: alertOf("sample", { signals: [{ ...long, origin: "DEMO" }] })
}
