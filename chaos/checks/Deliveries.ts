/**
 * Every message came to its webhook, at least once, signed, as it was stored, and always under its own id.
 *
 * Receivers are those of the harness, so what they saw is known whatever became of the workers. A request of which the
 * receiver itself did not say that it was taken has to come again; any other that comes again is a repeat.
 */
import { WebhookBody } from "@dgas/notify/WebhookBody"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { tryMs } from "../DeliveryTime.ts"
import { receiverNames } from "../Destinations.ts"
import type { Evidence } from "../Evidence.ts"
import type { Arrival } from "../Receivers.ts"
import type { AttemptRow } from "../Tables.ts"
import { type Check, figure, none } from "./Check.ts"

const mostRepeats = 0.1
const mostOpen = 2
/** What a fault does may be seen some moments before and after. */
const edgeMs = 1000
/** 13 delays, and what nobody could settle. */
const mostAttempts = 20
/** The first delay with its jitter; all others are longer. */
const leastWaitMs = 4000
/** A busy machine, and a process that stood still. */
const tryMarginMs = 20_000

const isHandled = ({ became }: Arrival) => became !== "refused"
const nameOf = ({ id, receiver }: Arrival) => `${id} at ${receiver}`

/** Requests that came although the one before with their id had been taken. */
const repeatsOf = (arrivals: ReadonlyArray<Arrival>) => {
  const taken = new Map<string, Arrival>()
  return arrivals.flatMap((arrival) => {
    const before = taken.get(arrival.id)
    if (arrival.became === "taken") taken.set(arrival.id, arrival)
    return before === undefined ? [] : [{ arrival, before }]
  })
}

const decodeBody = Schema.decodeUnknownOption(Schema.fromJsonString(WebhookBody), { onExcessProperty: "error" })

/** What a body tells, by its own ids. */
const contentsOf = (body: string): ReadonlyArray<string> =>
  Option.match(decodeBody(body), {
    onNone: () => [],
    onSome: ({ data: { events, signals } }) => [...signals, ...events].map(({ id }) => id)
  })

/** Contents that one receiver was told under several ids. */
const doublyTold = (arrivals: ReadonlyArray<Arrival>): ReadonlyArray<string> => {
  const under = new Map<string, Set<string>>()
  for (const { body, id, receiver } of arrivals.filter(isHandled)) {
    for (const content of contentsOf(body)) {
      const name = `${content} at ${receiver}`
      under.set(name, (under.get(name) ?? new Set()).add(id))
    }
  }
  return [...under].filter(([, ids]) => ids.size > 1).map(([name, ids]) => `${name}: ${[...ids].join(" and ")}`)
}

/** What is wrong with how each try was written down. */
const misTried = ({ attempts, deliveries }: Evidence["main"]): ReadonlyArray<string> => {
  const counts = new Map(deliveries.map((message) => [message.id, message.attempts]))
  return attempts.flatMap((row, index) => {
    const before: AttemptRow | undefined = attempts[index - 1]
    const again = before?.messageId === row.messageId && before.status !== 200
    const waited = again ? row.attemptedAt - before.attemptedAt : Infinity
    return row.attempt > (counts.get(row.messageId) ?? 0) || row.attempt > mostAttempts ||
        row.durationMs > tryMs + tryMarginMs || row.answer.length > 1024 || (waited >= 0 && waited < leastWaitMs)
      ? [
        `${row.messageId}: try ${row.attempt} of ${counts.get(row.messageId)}, ${row.durationMs} ms, after ${waited} ms`
      ]
      : []
  })
}

/** Signals that are marked as told by other channels than those by which they were. */
const misMarked = ({ deliveries, messages, signalFacts }: Evidence["main"]): ReadonlyArray<string> => {
  const told = new Map<string, Set<string>>()
  const note = (channel: string, ids: ReadonlyArray<string>) => {
    for (const id of ids) told.set(id, (told.get(id) ?? new Set()).add(channel))
  }
  for (const { signalIds, state } of messages) if (state === "done") note("console", signalIds)
  for (const { signalIds, state } of deliveries) if (state === "done") note("webhook", signalIds)
  return signalFacts.flatMap(({ id, toldBy }) => {
    const found = (toldBy ?? []).toSorted().join(", ")
    const expected = [...told.get(id) ?? []].toSorted().join(", ")
    return found === expected ? [] : [`${id} by ${found || "nobody"}, expected ${expected || "nobody"}`]
  })
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

const shareOf = (repeats: number, of: number): Check => ({
  name: "requests that came again though they had been taken",
  figure: `${repeats} of ${of} messages, ${percent(repeats / Math.max(of, 1))}`,
  bound: `at most ${percent(mostRepeats)}`,
  ok: repeats <= of * mostRepeats,
  examples: []
})

export const deliveryChecks = (evidence: Evidence): ReadonlyArray<Check> => {
  const { arrivals, disturbances, faults, main, reference } = evidence
  const { deliveries } = main
  const stored = new Map(deliveries.map((message) => [message.id, message]))
  const expected = new Map(reference.deliveries.map(({ body, id }) => [id, body]))
  const inTime = new Set(main.runsInTime.map(({ id }) => id))
  const handled = new Set(arrivals.filter(isHandled).map(nameOf))
  const isOwn = ({ id, receiver }: Arrival) => stored.get(id)?.destination === receiver
  const fresh = deliveries.filter(({ kind }) => kind !== "digest")

  const repeats = repeatsOf(arrivals)
  // Whoever took a request may not have answered it yet when the first fault comes.
  const isCalm = (at: number) => at < faults.from - tryMs - edgeMs || at > faults.to + edgeMs
  const calm = arrivals.filter(({ at, became }) => became === "taken" && isCalm(at))
  // A worker that stood still for longer than its leases does not know that they are another's.
  const wasFrozen = (at: number) =>
    disturbances.some(({ from, kind, to }) => kind === "freeze" && at >= from && at <= to + tryMs + edgeMs)
  const crowded = arrivals.filter(({ at, open }) => open > mostOpen && !wasFrozen(at))

  return [
    none(
      "messages to webhooks not done",
      deliveries.filter(({ state }) => state !== "done").map(({ id, state }) => `${id} ${state}`)
    ),
    none(
      "messages that no receiver took",
      deliveries.filter(({ destination, id }) => !handled.has(`${id} at ${destination}`)).map(({ id }) => id),
      String(deliveries.length)
    ),
    none(
      "messages to webhooks lost",
      reference.deliveries.filter(({ id, runId }) => inTime.has(runId) && !stored.has(id)).map(({ id }) => id)
    ),
    none(
      "messages to webhooks that should not be, or say other things",
      fresh.filter(({ body, id }) => expected.get(id) !== body).map(({ id }) => id),
      String(fresh.length)
    ),
    none("requests under an id that is no message's", arrivals.filter((one) => !isOwn(one)).map(nameOf)),
    none(
      "requests that say other things than their message",
      arrivals.filter((one) => isOwn(one) && stored.get(one.id)?.body !== one.body).map(nameOf)
    ),
    none(
      "bodies that are not as published",
      arrivals.filter(({ body }) => Option.isNone(decodeBody(body))).map(nameOf)
    ),
    none("contents told under two ids", doublyTold(arrivals)),
    none(
      "signatures that do not hold",
      arrivals.filter(({ isSigned }) => !isSigned).map(nameOf),
      String(arrivals.length)
    ),
    shareOf(repeats.length, deliveries.length),
    none(
      "such requests where nothing was wrong",
      repeats.filter(({ before }) => isCalm(before.at)).map(({ arrival }) => nameOf(arrival)),
      String(calm.length)
    ),
    none(
      "more than two requests at once of one destination",
      crowded.map((one) => `${one.open} at ${new Date(one.at).toISOString()}, ${nameOf(one)}`)
    ),
    none("tries out of bounds", misTried(main), String(main.attempts.length)),
    none("signals marked as told otherwise than they were", misMarked(main), String(main.signalFacts.length)),
    none(
      "receivers that took nothing",
      receiverNames.filter((name) => !arrivals.some((one) => one.receiver === name && isHandled(one)))
    ),
    figure(
      "requests, and those not taken",
      receiverNames.map((name) => {
        const own = arrivals.filter(({ receiver }) => receiver === name)
        return `${name} ${own.length}, ${own.filter(({ became }) => became !== "taken").length}`
      }).join("; ")
    )
  ]
}
