/** The schedules of a configuration with everything resolved. */
import { type Config, ConfigInvalid, type ScheduleConfig } from "@dgas/domain/Config"
import { configFileName } from "@dgas/domain/ConfigFile"
import { calendarMistakes } from "@dgas/market/TradingCalendar"
import * as Effect from "effect/Effect"
import { type Watch, watchOf } from "./Watch.ts"

/** Of `schedules`, which are those of `config`. Fails with every override that does not fit its calendar. */
export const watchesOf = (
  config: Config,
  schedules: ReadonlyArray<ScheduleConfig> = config.schedules
): Effect.Effect<ReadonlyArray<Watch>, ConfigInvalid> => {
  const mistakes = calendarMistakes(config)
  return mistakes.length > 0
    ? Effect.fail(new ConfigInvalid({ file: configFileName, detail: mistakes.join("\n") }))
    : Effect.succeed(schedules.map((schedule) => watchOf(config, schedule)))
}
