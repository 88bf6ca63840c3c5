/** Metrics in the format that Prometheus reads: what stands in the database now, and what this process has counted. */
import { type Gauge, GaugeStore } from "@dgas/db/GaugeStore"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import type { Handlers } from "../Handler.ts"

const descriptions: Readonly<Record<Gauge["name"], string>> = {
  slots: "Live slots of the last 24 hours by state",
  runs: "Live runs of the last 24 hours by status",
  run_age_seconds: "Since the newest run",
  run_duration_seconds: "How long the newest run took",
  signals: "Live signals of the last 24 hours by type",
  outcomes: "Live outcomes of the last 24 hours",
  messages: "Messages that wait, and those that ended in the last 24 hours",
  messages_due_age_seconds: "For how long the oldest message has been due",
  worker_age_seconds: "Since the last word of the worker",
  worker_status: "What the worker said that it is: 1 for that status"
}

/** A registry of its own: what is not there any more must not stand there with its last value. */
const gaugesText = (gauges: ReadonlyArray<Gauge>) =>
  Effect.forEach(
    gauges,
    ({ labels, name, value }) =>
      Metric.update(
        Metric.withAttributes(Metric.gauge(`dgas.${name}`, { description: descriptions[name] }), labels),
        value
      ),
    { discard: true }
  ).pipe(
    Effect.andThen(PrometheusMetrics.format()),
    Effect.provideService(Metric.MetricRegistry, new Map())
  )

export const metricHandlers: Handlers<"metrics", GaugeStore> = {
  metrics: () =>
    Effect.gen(function*() {
      const stored = yield* gaugesText(yield* (yield* GaugeStore).read)
      const counted = yield* PrometheusMetrics.format()
      return new Response(`${stored}${counted}`, {
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" }
      })
    })
}
