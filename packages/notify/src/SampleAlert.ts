/** What is sent to see whether a destination works, and how a signal looks there. Every text of it says that it is none. */
import { isoText, timeText } from "@dgas/domain/TimeText"
import type { Alert } from "./Alert.ts"
import { disclaimer } from "./SignalTable.ts"

const halfHour = 1_800_000

/** A LONG of a market that does not exist, at the last half hour before `now`, in epoch milliseconds. */
export const sampleAlert = (destination: string, now: number, zone: string): Alert => {
  const slotAt = Math.floor(now / halfHour) * halfHour
  return {
    id: `sample/${isoText(now)}/${destination}`,
    kind: "sample",
    severity: "info",
    title: `Sample for ${destination}: this is how signals arrive, and there is nothing to act on`,
    lines: [`Sent at ${timeText(now, zone)} ${zone} because somebody asked for a test. No market was looked at.`],
    schedule: "sample",
    timeframe: "30m",
    slotAt,
    lateMs: null,
    zone,
    signals: [{
      id: `sample/SIM-SAMPLE/${isoText(slotAt)}/LONG`,
      schedule: "sample",
      symbol: "SIM-SAMPLE",
      type: "LONG",
      timeframe: "30m",
      barClose: slotAt,
      barCloseText: timeText(slotAt, zone),
      entry: { text: "97.10", value: 97.1 },
      stop: { text: "96.20", value: 96.2 },
      target: { text: "98.90", value: 98.9 },
      riskReward: 2,
      confidence: 0.78,
      tier: "MEDIUM",
      reason: "SAMPLE: PLDOT_PUSH with the higher TREND UP",
      howOften: "SAMPLE: entry at the 4h fiveTwoUp, by the next 4h bar reached 50 % [43, 57] of 200 bars",
      odds: "SAMPLE: 0.58 [0.49, 0.66] of fills ended above 0, by 412 outcomes, 120 of like confidence",
      closesSignalId: null,
      outcome: null,
      origin: "DEMO"
    }],
    events: [],
    footer: disclaimer
  }
}
