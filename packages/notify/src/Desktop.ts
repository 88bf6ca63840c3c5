/**
 * Notes on the desktop of whoever runs the worker, by the command of the platform: `notify-send`, `osascript`, PowerShell.
 *
 * There is no shell, and texts are arguments that the command takes as such: they can neither be options nor code. Without
 * the command, or without a desktop to show it on, the destination is unusable and says why.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { execFile } from "node:child_process"
import type { Alert, AlertSignal } from "./Alert.ts"
import {
  clipped,
  eventText,
  exitsFirst,
  factsOf,
  headingOf,
  oneLine,
  remarksOf,
  rowsName,
  subjectOf
} from "./AlertWords.ts"
import type { Channel, Delivery, Outcome } from "./Channel.ts"
import { type Notifier, notifierOf } from "./Notifier.ts"
import { oneMessage, type Shape } from "./OneMessage.ts"
import { scrub } from "./Scrub.ts"
import { moreText, wholeRows } from "./WholeRows.ts"

const timeoutMs = 5000
/** More is cut by most desktops, or covers them. */
const mostLines = 3
const longestLine = 160

/** `notifier` is the platform's, unless told. */
export const desktop = (notifier: Notifier | null = notifierOf(process.platform)): Channel => ({
  channel: "desktop",
  threads: false,
  render: oneMessage(noteOf),
  deliver: Effect.fn("Desktop.deliver")(function*({ payload }: Delivery) {
    const note = Option.getOrNull(decodeNote(payload))
    const [duration, end] = yield* Effect.timed(
      notifier === null
        ? Effect.succeed(unusable(`no command is known that notifies on ${process.platform}`))
        : note === null
        ? Effect.succeed<End>({ outcome: "never", answer: "the stored message is none of a desktop" })
        : shown(notifier, note)
    )
    return {
      outcome: end.outcome,
      status: null,
      answer: scrub(end.answer, []),
      durationMs: Duration.toMillis(duration),
      retryAfterMs: null,
      receipt: null
    }
  }),
  timeoutMs
})

const Note = Schema.Struct({ title: Schema.String, body: Schema.String, urgent: Schema.Boolean })
const decodeNote = Schema.decodeUnknownOption(Note)

const noteOf = (alert: Alert): Shape => {
  const subject = subjectOf(alert)
  const rows = [
    ...alert.lines.map(oneLine),
    // A single signal's heading may be the title already.
    ...exitsFirst(alert.signals).map((one) => subject.startsWith(headingOf(one)) ? reasonLine(one) : signalLine(one)),
    ...alert.events.map(eventText)
  ].map((row) => clipped(row, longestLine))
  const { shown } = wholeRows(rows, () => 1, mostLines)
  const ofLines = Math.min(shown.length, alert.lines.length)
  const signals = Math.min(shown.length - ofLines, alert.signals.length)
  const more = [
    ...moreText(alert.lines.length - ofLines, "line"),
    ...moreText(alert.signals.length - signals, rowsName(alert)),
    ...moreText(alert.events.length - (shown.length - ofLines - signals), "level event")
  ]
  return {
    signals,
    payload: {
      title: clipped(subject, 120),
      body: [...shown, ...more.length === 0 ? [] : [more.join("; ")]].join("\n"),
      urgent: alert.severity === "critical"
    }
  }
}

const signalLine = (signal: AlertSignal): string =>
  [
    headingOf(signal),
    ...signal.outcome === null
      ? factsOf(signal).map(([name, value]) => `${name} ${value}`)
      : [signal.outcome.result, ...remarksOf(signal)]
  ].join(", ")

const reasonLine = (signal: AlertSignal): string => remarksOf(signal)[0] ?? signalLine(signal)

interface End {
  readonly outcome: Outcome
  readonly answer: string
}

const unusable = (answer: string): End => ({ outcome: "unusable", answer })

const shown = (notifier: Notifier, { body, title, urgent }: typeof Note.Type): Effect.Effect<End> =>
  Effect.callback<End>((resume) => {
    const child = execFile(notifier.command, [...notifier.arguments(title, body, urgent)], (error, stdout, stderr) => {
      if (error === null) return resume(Effect.succeed({ outcome: "taken", answer: stdout }))
      const said = stderr.trim() || stdout.trim()
      resume(Effect.succeed(unusable(
        error.code === "ENOENT"
          ? `${notifier.command} was not found: install it, or take this destination away`
          : `${notifier.command} could not show it, is there a desktop? ${said}`
      )))
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  }).pipe(
    Effect.timeoutOrElse({
      duration: timeoutMs,
      orElse: () => Effect.succeed<End>({ outcome: "again", answer: `${notifier.command} did not end within 5 s` })
    })
  )
