/** How the worker does, and whether it kept what its desk holds it to. */
import { DbClock } from "@dgas/db/DbClock"
import { MetricStore } from "@dgas/db/MetricStore"
import type { PerformanceStore } from "@dgas/db/PerformanceStore"
import type { SlotStore } from "@dgas/db/SlotStore"
import type { Config } from "@dgas/domain/Config"
import type { Watch } from "@dgas/engine/Watch"
import { performanceOf } from "@dgas/monitor/Performance"
import { isBroken } from "@dgas/monitor/Sla"
import { promiseText } from "@dgas/monitor/SlaText"
import * as Effect from "effect/Effect"
import type { Handlers } from "../Handler.ts"
import { paged } from "../Paging.ts"
import { rangeOf } from "../Range.ts"

type Services = DbClock | MetricStore | PerformanceStore | SlotStore

const day = 86_400_000

export const performanceHandlers = (
  config: Config,
  watches: ReadonlyArray<Watch>
): Handlers<"getPerformance" | "listMetrics", Services> => ({
  getPerformance: ({ query: { since: given } }) =>
    Effect.gen(function*() {
      const now = yield* (yield* DbClock).now
      const asked = { since: given ?? now - config.sla.windowDays * day }
      const { since, until } = yield* rangeOf(asked, { mostDays: config.api.limits.maxRangeDays, now })
      const found = yield* performanceOf(watches, { since, until }, config.sla)
      return {
        since,
        until,
        broken: found.some(({ promises }) => isBroken(promises)),
        schedules: found.map((one) => ({
          ...one,
          promises: one.promises.map((promise) => ({ ...promise, text: promiseText(promise) }))
        }))
      }
    }),

  listMetrics: ({ query }) =>
    Effect.flatMap(
      MetricStore,
      ({ page }) => paged(query, page, ({ id, metricTimestamp }) => ({ at: metricTimestamp, id }))
    )
})
