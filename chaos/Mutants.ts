/** Mistakes that the suite must notice: each breaks one of the rules that it is about, in the workers alone. */
import { resolve } from "node:path"

/** One text of one file, replaced. */
export interface Rewrite {
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly put: string
}

export interface Mutant extends Omit<Rewrite, "file"> {
  readonly name: string
  readonly what: string
  /** The check that has to fail by it; that others do is not enough. */
  readonly noticedBy: string
  readonly file: string
  /** What is done to the schema besides. */
  readonly alter: ReadonlyArray<string>
}

const root = resolve(import.meta.dir, "..")
const mutant = (
  name: string,
  what: string,
  noticedBy: string,
  file: string,
  find: string,
  put: string,
  alter: Mutant["alter"] = []
) => ({
  name,
  what,
  noticedBy,
  file: `${root}/${file}`,
  find,
  put,
  alter
})

export const mutants: ReadonlyArray<Mutant> = [
  mutant(
    "fence",
    "a slot is ended whoever holds it by then",
    "slots ended twice, or under an old fence",
    "packages/db/src/RunFinish.ts",
    "and owner = ${claim.owner} and fence = ${claim.fence} and state = 'running'",
    "and state = 'running'"
  ),
  mutant(
    "unique-key",
    "two rows may stand for one slot",
    "slots with more than one row",
    "packages/db/src/SlotStore.ts",
    `            on conflict (schedule, origin, slot_at) do update set
              owner = excluded.owner, fence = held.fence + 1,
              lease_until = excluded.lease_until, updated_at = excluded.updated_at
            where held.state = 'running' and held.lease_until <= excluded.updated_at
            returning fence`,
    "            returning fence",
    ["alter table slots drop constraint slots_pkey"]
  ),
  mutant(
    "attempt-in-key",
    "the id of a signal holds the number of the attempt",
    "signals that should not be, or twice",
    "packages/engine/src/PredictionEngine.ts",
    "const key = { schedule: name, rules: rulesId(watch.rules), origin }",
    "const key = { schedule: name, rules: `${rulesId(watch.rules)}-${claim.fence}`, origin }"
  ),
  mutant(
    "clock-in-key",
    "the id of a message holds the time at which it was made",
    "messages in time that should not be, or say other things",
    "packages/notify/src/Part.ts",
    "/${part.kind}`",
    "/${part.kind}/${part.run.runTimestamp}`"
  ),
  mutant(
    "local-clock",
    "each worker goes by its own clock",
    // A slot that is run before its close has no bar, and is looked at again later.
    "slots missed or failed",
    "chaos/WorkerLayers.ts",
    "now: Effect.map(now, (at) => guide.marketTime(at))",
    "now: Effect.map(now, () => Date.now())"
  ),
  mutant(
    "order",
    "a message is acknowledged before it is printed",
    "messages never printed",
    "apps/scheduler/src/Deliver.ts",
    `      yield* print(message)
      yield* outbox.markDone([message.id])`,
    `      yield* outbox.markDone([message.id])
      yield* print(message)`
  ),
  mutant(
    "order-of-post",
    "a message to a webhook is acknowledged before it is sent",
    "messages that no receiver took",
    "packages/notify/src/Dispatcher.ts",
    "channel.deliver(message)",
    `Effect.as(
      Effect.forkDetach(Effect.delay(channel.deliver(message), 50)),
      { ...tooLate, outcome: "taken", status: 200 } satisfies Tried
    )`
  ),
  mutant(
    "attempt-in-webhook-id",
    "the id of a request holds the number of the attempt",
    "contents told under two ids",
    "packages/notify/src/Dispatcher.ts",
    "channel.deliver(message)",
    "channel.deliver({ ...message, id: `${message.id}/${message.attempt}` })"
  )
]

/** Why a mutant is none, or null. */
export const mistakeIn = async ({ file, find, name }: Mutant): Promise<string | null> => {
  const times = (await Bun.file(file).text()).split(find).length - 1
  return times === 1 ? null : `mutant ${name}: found its text ${times} times in ${file}, expected once`
}
