/** What round trips cost, by schedule and symbol of the configuration. */
import type { Cost } from "@dgas/db/DoubtedOutcomes"
import { type Config, roundTripPct } from "@dgas/domain/Config"

export const costsOf = ({ schedules, universes }: Config): ReadonlyArray<Cost> =>
  schedules.flatMap(({ name, universe }) =>
    (universes[universe]?.instruments ?? []).map(({ costs, symbol }) => ({
      schedule: name,
      symbol,
      costPct: roundTripPct(costs)
    }))
  )
