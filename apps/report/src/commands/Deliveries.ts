/** `report deliveries`: messages and what became of them, newest first; `show` tells of each try, `replay` sends again. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { DeliveryHistory, failedStates, type StoredMessage } from "@dgas/db/DeliveryHistory"
import { DeliveryReplay } from "@dgas/db/DeliveryReplay"
import type { MessageState } from "@dgas/domain/MessageState"
import { durationText, isoText, timeText } from "@dgas/domain/TimeText"
import { left, right } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Column, type Format, print } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** There is no message of that id. */
export class NoSuchMessage extends Schema.TaggedError<NoSuchMessage>()("NoSuchMessage", { id: Schema.String }) {
  override get message() {
    return `no message ${this.id}, expected an id of report deliveries`
  }
}

/** A message is not sent again as it stands. */
export class NotReplayed extends Schema.TaggedError<NotReplayed>()("NotReplayed", {
  id: Schema.String,
  state: Schema.String
}) {
  override get message() {
    return this.state === "done"
      ? `message ${this.id} has arrived, and is not sent twice`
      : `message ${this.id} is ${this.state}, so it goes by itself; expected one that is held, dead, expired or suppressed`
  }
}

const columns: ReadonlyArray<Column<StoredMessage>> = [
  { name: "createdAt", value: ({ createdAt }) => isoText(createdAt) },
  { name: "destination", value: ({ destination }) => destination },
  { name: "channel", value: ({ channel }) => channel },
  { name: "kind", value: ({ kind }) => kind },
  { name: "state", value: ({ state }) => state },
  { name: "attempts", value: ({ attempts }) => attempts },
  { name: "status", value: ({ status }) => status },
  { name: "answer", value: ({ answer }) => answer },
  { name: "reason", value: ({ reason }) => reason },
  { name: "nextAttemptAt", value: ({ nextAttemptAt }) => nextAttemptAt === null ? null : isoText(nextAttemptAt) },
  { name: "finishedAt", value: ({ finishedAt }) => finishedAt === null ? null : isoText(finishedAt) },
  { name: "restored", value: ({ restored }) => restored },
  { name: "signalIds", value: ({ signalIds }) => signalIds.join(" "), json: ({ signalIds }) => signalIds },
  { name: "id", value: ({ id }) => id }
]

/** Why it stands as it does, in a few words. */
const because = ({ answer, nextAttemptAt, reason, restored, state, status }: StoredMessage, zone: string): string => {
  if (restored) return "restored from a backup: bun run db:release lets it go out"
  const last = reason ?? (state === "done" ? "" : [status, answer].filter((part) => part !== null).join(" "))
  const next = state === "pending" && nextAttemptAt !== null ? `next at ${timeText(nextAttemptAt, zone)}` : ""
  return [last.split("\n")[0], next].filter((part) => part !== "").join("; ")
}

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly since: Option.Option<string>
  readonly destination: Option.Option<string>
  readonly state: Option.Option<MessageState>
  readonly failed: boolean
}

export const deliveries = (flags: Flags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const state = Option.getOrNull(flags.state)
      if (flags.failed && state !== null) {
        return yield* new WrongUsage({ flag: "failed", found: `--state ${state} as well`, expected: "one of the two" })
      }
      const messages = yield* (yield* DeliveryHistory).recent({
        states: flags.failed ? failedStates : state === null ? [] : [state],
        ...Option.match(flags.destination, { onNone: () => ({}), onSome: (destination) => ({ destination }) }),
        ...since,
        limit: flags.limit
      })
      yield* print(flags.format, messages, {
        columns,
        table: [
          left(`written (${zone})`),
          left("to"),
          left("state"),
          right("tries"),
          left("because"),
          left("id")
        ],
        cells: (message) => [
          timeText(message.createdAt, zone),
          message.destination,
          message.state,
          String(message.attempts),
          because(message, zone),
          message.id
        ],
        empty: flags.failed ? "Every message arrived, or is on its way." : "No message matches."
      })
    }))

const none = { since: Option.none() }

export const showDelivery = ({ format, id }: { readonly format: Format; readonly id: string }) =>
  withStore(none, (zone) =>
    Effect.gen(function*() {
      const found = yield* (yield* DeliveryHistory).one(id)
      if (found === null) return yield* new NoSuchMessage({ id })
      const { attempts, message } = found
      if (format === "json") return yield* Console.log(JSON.stringify({ ...message, tries: attempts }, null, 2))
      if (format === "table") {
        yield* Console.log(
          `${message.id}\n${message.kind} to ${message.channel} ${message.destination}: ${message.state}${
            because(message, zone) === "" ? "" : `, ${because(message, zone)}`
          }\n`
        )
      }
      yield* print(format, attempts, {
        columns: [
          { name: "attempt", value: ({ attempt }) => attempt },
          { name: "attemptedAt", value: ({ attemptedAt }) => isoText(attemptedAt) },
          { name: "status", value: ({ status }) => status },
          { name: "durationMs", value: ({ durationMs }) => durationMs },
          { name: "answer", value: ({ answer }) => answer }
        ],
        table: [right("try"), left(`at (${zone})`), right("status"), right("took"), left("answer")],
        cells: ({ answer, attempt, attemptedAt, durationMs, status }) => [
          String(attempt),
          timeText(attemptedAt, zone),
          status === null ? "none" : String(status),
          durationText(durationMs),
          answer?.replaceAll(/\s+/g, " ") ?? ""
        ],
        empty: "It was not tried yet."
      })
    }))

export const replayDelivery = (
  flags: { readonly id: Option.Option<string>; readonly destination: Option.Option<string> }
) =>
  withStore(none, () =>
    Effect.gen(function*() {
      const replay = yield* DeliveryReplay
      const id = Option.getOrNull(flags.id)
      const destination = Option.getOrNull(flags.destination)
      if (id !== null && destination === null) {
        const found = yield* replay.one(id)
        if (found === null) return yield* new NoSuchMessage({ id })
        if (!found.replayed) return yield* new NotReplayed({ id, state: found.state })
        return yield* Console.log(
          `${id} goes out with the next look of a worker, or of bun run scheduler --deliver-only`
        )
      }
      if (id !== null || destination === null) {
        const found = id === null ? "neither a message nor --destination" : "a message and --destination"
        return yield* new WrongUsage({ flag: "destination", found, expected: "one of the two" })
      }
      const count = yield* replay.of(destination)
      yield* Console.log(
        count === 0
          ? `no message to ${destination} is held, dead or expired`
          : `${count} ${count === 1 ? "message goes" : "messages go"} out to ${destination}, by its rate`
      )
    }))
