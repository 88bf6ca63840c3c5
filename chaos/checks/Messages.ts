/**
 * Every message came to its receiver, at least once, as it was rendered; and every signal was told in one message.
 *
 * The receiver is whoever reads the workers' standard output. A message may be printed again, by whoever did not know that
 * it had been: such repeats are counted, and carry the same id and text.
 */
import { render } from "@dgas/notify/Table"
import type { Evidence } from "../Evidence.ts"
import type { MessageRow } from "../Tables.ts"
import { type Check, figure, none } from "./Check.ts"

/** The text of a message where there is no terminal. */
const textOf = ({ payload: { columns, footer, rows, title } }: MessageRow): string =>
  [title, render(columns, rows), footer].join("\n")

/** What was printed of each message, by id. */
const printed = ({ lives }: Evidence): ReadonlyMap<string, ReadonlyArray<string>> => {
  const texts = new Map<string, Array<string>>()
  for (const { message_id: id, text = "" } of lives.flatMap(({ log }) => log)) {
    if (id !== undefined) texts.set(id, [...texts.get(id) ?? [], text])
  }
  return texts
}

/** What is wrong with how often each signal is told, by the policy of its schedule. */
const misTold = ({ config, main: { messages, signalFacts } }: Evidence): ReadonlyArray<string> => {
  const told = new Map<string, number>()
  for (const id of messages.flatMap(({ signalIds }) => signalIds)) told.set(id, (told.get(id) ?? 0) + 1)
  const policy = new Map(config.schedules.map(({ catchUp, name }) => [name, catchUp]))
  return signalFacts.flatMap(({ id, late, schedule }) => {
    const times = told.get(id) ?? 0
    const mayKeepQuiet = late && policy.get(schedule) !== "all"
    return times === 1 || (times === 0 && mayKeepQuiet) ? [] : [`${id} in ${times} messages`]
  })
}

export const messageChecks = (evidence: Evidence): ReadonlyArray<Check> => {
  const { main, reference } = evidence
  const texts = printed(evidence)
  const stored = new Map(main.messages.map((message) => [message.id, textOf(message)]))
  const expected = new Map(reference.messages.map((message) => [message.id, textOf(message)]))
  const ids = main.messages.map(({ id }) => id)
  const fresh = main.messages.filter(({ kind }) => kind !== "digest")
  const repeats = [...texts.values()].reduce((sum, { length }) => sum + length - 1, 0)
  return [
    none("messages never printed", ids.filter((id) => !texts.has(id)), String(ids.length)),
    none(
      "messages printed otherwise than stored",
      [...texts].filter(([id, all]) => all.some((text) => text !== stored.get(id))).map(([id]) => id)
    ),
    none("messages not done", main.messages.filter(({ state }) => state !== "done").map(({ id }) => id)),
    none("message ids twice", ids.filter((id, index) => ids.indexOf(id) !== index)),
    none(
      "messages in time that should not be, or say other things",
      fresh.filter((message) => expected.get(message.id) !== textOf(message)).map(({ id }) => id),
      String(fresh.length)
    ),
    none("signals not told once", misTold(evidence), String(main.signalFacts.length)),
    none(
      "level events in time not told",
      main.runsWithEvents.map(({ id }) => `${id}/console/terminal/levels`).filter((id) => !stored.has(id)),
      String(main.runsWithEvents.length)
    ),
    figure("messages printed again, with the same id", String(repeats)),
    figure("digests of late signals", String(ids.length - fresh.length))
  ]
}
