/** Prints what waits in the outbox for the console, once each, oldest first. */
import { OutboxStore } from "@dgas/db/OutboxStore"
import * as ConsoleChannel from "@dgas/notify/Console"
import * as Effect from "effect/Effect"

const atOnce = 100

/** A message is marked done after it was printed: a crash in between prints it again, and loses none. */
export const deliverConsole = Effect.fn("deliverConsole")(function*() {
  const outbox = yield* OutboxStore
  const colour = process.stdout.isTTY === true
  while (true) {
    const messages = yield* outbox.pending("console", atOnce)
    for (const message of messages) {
      yield* ConsoleChannel.deliver(message.payload, colour)
      yield* outbox.markDone([message.id])
    }
    if (messages.length < atOnce) return
  }
})
