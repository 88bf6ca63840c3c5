/** What a mute can be of: a name that nothing has would mute nothing, and nobody would notice. */
import type { Config } from "@dgas/domain/Config"

export const mutableNames = ({ destinations, schedules, universes }: Config) => ({
  schedule: schedules.map(({ name }) => name),
  symbol: [
    ...new Set(Object.values(universes).flatMap(({ instruments }) => instruments.map(({ symbol }) => symbol)))
  ],
  destination: ["console", ...Object.keys(destinations)]
})
