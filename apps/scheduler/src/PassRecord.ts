/** What a pass did for each schedule, and the words in which those who asked for a look are told of it. */
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { timeText } from "@dgas/domain/TimeText"
import type { Watch } from "@dgas/engine/Watch"

interface Done {
  slots: number
  signals: number
  failed: number
  /** Another worker is at its next slot, or looks for its late bars. */
  elsewhere: boolean
  trouble: string | null
  /** Null when nobody looked. */
  late: { readonly symbols: ReadonlyArray<string>; readonly missing: number } | null
}

const many = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`

export class PassRecord {
  /** Whether it came to its end: what it did not do was not due. */
  isWhole = false
  private readonly done = new Map<string, Done>()

  ran({ schedule, signalsGenerated, status }: PredictionRun): void {
    const done = this.of(schedule)
    done.slots++
    done.signals += signalsGenerated
    if (status === "FAILED") done.failed++
  }

  elsewhere(schedule: string): void {
    this.of(schedule).elsewhere = true
  }

  troubled(schedule: string, message: string): void {
    this.of(schedule).trouble ??= message
  }

  looked(schedule: string, symbols: ReadonlyArray<string>, missing: number): void {
    this.of(schedule).late = { symbols, missing }
  }

  /** Of a schedule; `now` in epoch milliseconds. */
  words({ schedule: { name }, settleMs, tradingGrid }: Watch, now: number, zone: string): string {
    const { elsewhere, failed, late, signals, slots, trouble } = this.of(name)
    const next = `the next close is ${timeText(tradingGrid.nextClose(now - settleMs), zone)} ${zone}`
    return [
      ...slots > 0
        ? [`ran ${many(slots, "slot")}, ${many(signals, "signal")}${failed === 0 ? "" : `, ${failed} without data`}`]
        : trouble === null && !elsewhere
        ? [`nothing was due: ${next}`]
        : [],
      ...trouble === null ? [] : [`could not go on: ${trouble}`],
      ...elsewhere ? ["another worker is at it"] : [],
      ...late !== null
        ? [lateWords(late)]
        : trouble === null && !elsewhere
        ? ["too near the next close to look for late bars"]
        : []
    ].join("; ")
  }

  private of(schedule: string): Done {
    const known = this.done.get(schedule)
    if (known !== undefined) return known
    const done: Done = { slots: 0, signals: 0, failed: 0, elsewhere: false, trouble: null, late: null }
    this.done.set(schedule, done)
    return done
  }
}

const lateWords = ({ missing, symbols }: NonNullable<Done["late"]>): string =>
  `${symbols.length === 0 ? "no bar came late" : `bars came late for ${symbols.join(", ")}`}${
    missing === 0 ? "" : `, ${many(missing, "symbol")} ${missing === 1 ? "has" : "have"} none yet`
  }`
