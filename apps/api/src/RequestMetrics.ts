/** What the API counts about itself since its start: requests by route and status, and how long they took. */
import type { RouteName } from "@dgas/contract/Routes"
import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"

const requests = Metric.counter("dgas.api.requests.total", {
  description: "Requests that were answered",
  incremental: true
})
const seconds = Metric.histogram("dgas.api.request.seconds", {
  description: "How long requests took",
  boundaries: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
})

/** One for each route and status that there was; to name it anew for each request costs more than to count it. */
const counted = new Map<string, typeof requests>()
const timed = new Map<string, typeof seconds>()

const named = <A>(known: Map<string, A>, key: string, make: () => A): A => {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}

/**
 * Counts in the registry of `context`. `none` is where no route is; `ms` by the monotonic clock. No effect, as a fiber would
 * cost more than the count.
 */
export const countRequest = (
  context: Context.Context<never>,
  route: RouteName | "none",
  status: number,
  ms: number
): void => {
  named(
    counted,
    `${route} ${status}`,
    () => Metric.withAttributes(requests, { route, status: String(status) })
  ).updateUnsafe(1, context)
  named(timed, route, () => Metric.withAttributes(seconds, { route })).updateUnsafe(ms / 1000, context)
}
