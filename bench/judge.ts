/**
 * Ten years of daily bars of three symbols, replayed, judged and reported: within 30 s, and against the replay alone, since
 * what becomes of signals should cost little beside them.
 */
import * as Effect from "effect/Effect"
import { dailyBars, judgedYears } from "./JudgedYears.ts"
import { type Figure, figure } from "./Measure.ts"

const allowedSeconds = 30

export const run = async (): Promise<ReadonlyArray<Figure>> => {
  if (dailyBars === null) {
    console.error("judge: left out, the shared data of daily bars is absent")
    return []
  }
  const { edge, ms } = await Effect.runPromise(judgedYears(Date.UTC(2010, 0, 1), Date.UTC(2020, 0, 1)))
  if (edge.faults.length > 0) throw new Error(edge.faults.join("; "))
  return [
    figure("ten years of three symbols, replayed, judged and reported", "s", ms.all / 1000, ms.replay / 1000, {
      most: allowedSeconds
    })
  ]
}
