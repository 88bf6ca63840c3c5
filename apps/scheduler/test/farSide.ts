/**
 * Destinations whose far side is the test: what it answers at an instant of the virtual clock, and what it got.
 *
 * `step` moves the clock and waits until the dispatcher has nothing more to do at the new instant.
 */
import { Sql } from "@dgas/db/Sql"
import type { OutboxMessage } from "@dgas/domain/Announce"
import { ConsoleConfig } from "@dgas/domain/DestinationConfig"
import type { Outcome } from "@dgas/notify/Channel"
import { DeliveryWake } from "@dgas/notify/DeliveryWake"
import { type Destination, Destinations } from "@dgas/notify/Destinations"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

export interface Got {
  readonly at: number
  readonly id: string
  readonly outcome: Outcome
}

/** `answers` tells what a destination says at an instant. */
export const farSide = (names: ReadonlyArray<string>, answers: (name: string, at: number) => Outcome) => {
  const got = new Map<string, Array<Got>>(names.map((name) => [name, []]))
  let underWay = 0
  const wakes = Effect.runSync(Queue.sliding<void>(1))
  const idle = Effect.runSync(Queue.unbounded<void>())
  const wishes = Schema.decodeSync(ConsoleConfig)({})

  const destinationOf = (name: string): Destination => ({
    name,
    wishes: { ...wishes, ratePerSecond: 5 },
    channel: {
      channel: "webhook",
      threads: false,
      timeoutMs: 15_000,
      render: (alert) => [{
        part: "",
        signalIds: alert.signals.map(({ id }) => id),
        payload: { title: alert.title, lines: alert.lines }
      }],
      deliver: ({ id }) =>
        Effect.map(Clock.currentTimeMillis, (at) => {
          underWay++
          const outcome = answers(name, at)
          got.get(name)!.push({ at, id, outcome })
          const status = outcome === "taken" ? 200 : 500
          return { outcome, status, answer: outcome, durationMs: 1, retryAfterMs: null, receipt: null }
        })
    }
  })

  const layer = Layer.merge(
    Layer.succeed(Destinations, Destinations.of({ all: names.map(destinationOf) })),
    Layer.succeed(DeliveryWake, {
      wake: Effect.suspend(() => {
        underWay--
        return Queue.offer(wakes, undefined)
      }),
      woken: Effect.suspend(() => {
        if (underWay === 0) Queue.offerUnsafe(idle, undefined)
        return Queue.take(wakes)
      })
    })
  )

  /** Waits until the dispatcher waits. */
  const settled = Queue.take(idle)
  const step = Effect.fnUntraced(function*(ms: number) {
    yield* Queue.clear(idle)
    yield* TestClock.adjust(ms)
    yield* settled
  })
  return { got, layer, settled, step }
}

/** Messages of webhooks, as a run would have written them. */
export const write = (messages: ReadonlyArray<Pick<OutboxMessage, "id" | "destination">>) =>
  Effect.flatMap(Sql, ({ run }) =>
    run("write", (sql) =>
      sql`
        insert into outbox (id, channel, destination, kind, payload)
        select id, 'webhook', destination, 'signals', '{}'
        from jsonb_to_recordset(${JSON.stringify(messages)}::text::jsonb) as x(id text, destination text)`))
