/**
 * How far a long piece of work is, on standard error: a bar that moves on a terminal, a line every tenth in a log.
 */
import { durationText } from "@dgas/domain/TimeText"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

const width = 30
const redrawMs = 100

export interface Progress {
  /** Says that `done` of the total are done. */
  readonly at: (done: number) => Effect.Effect<void>
}

/** `unit` is what is counted; `more` is asked for what else there is to say. */
export const makeProgress = (title: string, total: number, unit = "slots", more = () => "") =>
  Effect.gen(function*() {
    const started = yield* Clock.currentTimeMillis
    const terminal = process.stderr.isTTY === true
    let drawn = -Infinity
    let tenth = 0
    const line = (done: number, now: number) => {
      const share = total === 0 ? 1 : done / total
      const filled = Math.round(share * width)
      const seconds = Math.max(now - started, 1) / 1000
      const left = done === 0 ? "" : `  ${durationText((total - done) * seconds * 1000 / done)} left`
      return `${title} [${"█".repeat(filled)}${"░".repeat(width - filled)}] ${done}/${total} ${unit}  ${
        Math.round(done / seconds)
      }/s${done === total ? "" : left}${more()}`
    }
    const at = (done: number) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        if (terminal && (now - drawn >= redrawMs || done === total)) {
          drawn = now
          process.stderr.write(`\r\u001b[K${line(done, now)}${done === total ? "\n" : ""}`)
        }
        const reached = Math.floor(done / total * 10)
        if (!terminal && reached > tenth) {
          tenth = reached
          process.stderr.write(`${line(done, now)}\n`)
        }
      })
    return { at } satisfies Progress
  })
