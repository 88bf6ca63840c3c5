/**
 * The end of a process in which something was thrown that nobody catches: one last word, and exit code 70.
 *
 * What it was at is unknown then, so nothing is tidied up. The slot that it held is free when its lease runs out, and
 * whoever started the process starts it again.
 */
import type { Hide } from "@dgas/notify/Secrets"
import * as Effect from "effect/Effect"
import { writeSync } from "node:fs"
import { type Format, jsonLine } from "./Log.ts"

const softwareError = 70

const lastWord = (format: Format, hide: Hide, thrown: unknown): void => {
  const message = "ended by an error that nobody caught, which is a bug"
  const error = thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown)
  // Written at once and to the end, as nothing of this process will be.
  if (format === "json") writeSync(1, `${jsonLine(hide, { time: new Date(), level: "fatal", message, error })}\n`)
  else writeSync(2, `error: ${message}: ${hide(error)}\n`)
}

/** Until the scope closes. What is thrown while the last word is said is not heard. */
export const endAtUncaught = (format: Format, hide: Hide) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let over = false
      const heard = (thrown: unknown) => {
        if (over) return
        over = true
        try {
          lastWord(format, hide, thrown)
        } finally {
          process.exit(softwareError)
        }
      }
      process.on("uncaughtException", heard)
      process.on("unhandledRejection", heard)
      return heard
    }),
    (heard) =>
      Effect.sync(() => {
        process.off("uncaughtException", heard)
        process.off("unhandledRejection", heard)
      })
  )
