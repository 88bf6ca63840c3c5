/** Messages to destinations, and what became of tries, for the tests of delivery. */
import type { OutboxMessage } from "@dgas/domain/Announce"
import * as Effect from "effect/Effect"
import type { Claimed, Line } from "../src/Delivery/Claim.ts"
import type { Settlement } from "../src/Delivery/Settle.ts"
import { DeliveryStore } from "../src/DeliveryStore.ts"
import { Sql } from "../src/Sql.ts"
import { aMessage, aSignal } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

export const aLine = (name: string, change: Partial<Line> = {}): Line => ({
  name,
  channel: "webhook",
  ratePerSecond: 5,
  burst: 5,
  leaseMs: 25_000,
  probeMs: 60_000,
  ...change
})

export const toHook = (id: string, change: Partial<OutboxMessage> = {}): OutboxMessage =>
  aMessage({ id, channel: "webhook", destination: "hook", ...change })

/** Makes the destinations known and stores messages with a run of two signals. */
export const written = (lines: ReadonlyArray<Line>, outbox: ReadonlyArray<OutboxMessage>) =>
  Effect.gen(function*() {
    yield* storeRun({ signals: [aSignal(), aSignal({ id: "other" })], outbox })
    const store = yield* DeliveryStore
    yield* store.begin(lines)
    return store
  })

const aTry = ({ attempt, destination, id, token }: Claimed): Settlement => ({
  id,
  destination,
  channel: "webhook",
  token,
  attempt,
  verdict: "done",
  reason: null,
  afterMs: 0,
  health: "well",
  probeMs: 5000,
  blockMs: null,
  receipt: null,
  status: 200,
  durationMs: 12.5,
  answer: "ok"
})

export const taken = (message: Claimed, change: Partial<Settlement> = {}) =>
  Effect.flatMap(DeliveryStore, (store) => store.settle({ ...aTry(message), ...change }))

export const failed = (message: Claimed, change: Partial<Settlement> = {}) =>
  taken(message, {
    verdict: "again",
    reason: "500 no",
    afterMs: 5000,
    health: "failing",
    status: 500,
    answer: "no",
    ...change
  })

/** Every message with its state, in the order in which they leave. */
export const states = Effect.flatMap(
  Sql,
  ({ run }) => run("states", (sql) => sql`select id, state::text, attempts, retries from outbox order by position`)
).pipe(Effect.map((rows) => Object.fromEntries(rows.map(({ id, state }) => [String(id), String(state)]))))
