/** Prints what waits in the outbox for the console, once each, oldest first. */
import { OutboxStore } from "@dgas/db/OutboxStore"
import type { OutboxMessage } from "@dgas/domain/Announce"
import * as ConsoleChannel from "@dgas/notify/Console"
import * as Effect from "effect/Effect"
import { LogFormat } from "./Log.ts"

const atOnce = 100

/** A message is marked done after it was printed: a crash in between prints it again, and loses none. */
export const deliverConsole = Effect.fn("deliverConsole")(function*() {
  const outbox = yield* OutboxStore
  while (true) {
    const messages = yield* outbox.pending("console", atOnce)
    for (const message of messages) {
      yield* print(message)
      yield* outbox.markDone([message.id])
    }
    if (messages.length < atOnce) return
  }
})

/** As a table, or where a program reads what is printed, as one line of the log that holds the table. */
const print = Effect.fnUntraced(function*({ id, kind, payload }: OutboxMessage) {
  if ((yield* LogFormat) === "human") return yield* ConsoleChannel.deliver(payload, process.stdout.isTTY === true)
  const text = yield* ConsoleChannel.textOf(payload, false)
  yield* Effect.logInfo(text.split("\n")[0]).pipe(Effect.annotateLogs({ kind, message_id: id, text }))
})
