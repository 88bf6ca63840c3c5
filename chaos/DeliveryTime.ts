/**
 * Time as deliveries see it: the database's own clock, going ten times faster.
 *
 * A message is tried again after seconds, minutes and hours, for which a run has no time. So for the connections that
 * deliver, `clock_timestamp()` is a function of ours: statements, rules and waits are those of the product. What must
 * not be faster are leases, since a statement and a process take the time that they take: they stay 13 s of the machine.
 */
import { leaseMarginMs } from "@dgas/notify/Dispatcher"

export const speed = 10

/** How long a try may take here, instead of 15 s: a receiver that does not answer is met often enough. */
export const tryMs = 3000

/** What a channel has to say of the time of a try, so that the lease is as long as the try and its margin really take. */
export const toldTryMs = (tryMs + leaseMarginMs) * speed - leaseMarginMs

const schema = "delivery_time"

/** The statements that make the clock, which says the true time at `since`, epoch milliseconds. */
export const clockStatements = (since: number): ReadonlyArray<string> => {
  const start = `timestamptz '${new Date(since).toISOString()}'`
  return [
    `create schema ${schema}`,
    `create function ${schema}.clock_timestamp() returns timestamptz language sql volatile
      as $$ select ${start} + (pg_catalog.clock_timestamp() - ${start}) * ${speed} $$`
  ]
}

/** The same database, by connections that have this clock. */
export const byDeliveryTime = (url: string): string => {
  const made = new URL(url)
  made.searchParams.set("search_path", `${schema}, pg_catalog, public`)
  return made.href
}
