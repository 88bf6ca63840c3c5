/** What the API counts about itself since its start: requests by route and status, and how long they took. */
import type { RouteName } from "@dgas/contract/Routes"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

const requests = Metric.counter("dgas.api.requests", { description: "Requests that were answered", incremental: true })
const seconds = Metric.histogram("dgas.api.request.seconds", {
  description: "How long requests took",
  boundaries: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
})

/** `none` is where no route is. `ms` by the monotonic clock. */
export const countRequest = (route: RouteName | "none", status: number, ms: number): Effect.Effect<void> =>
  Effect.all([
    Metric.update(Metric.withAttributes(requests, { route, status: String(status) }), 1),
    Metric.update(Metric.withAttributes(seconds, { route }), ms / 1000)
  ], { discard: true })
