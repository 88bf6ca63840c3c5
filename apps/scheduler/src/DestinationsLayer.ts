/** The destinations of a configuration over checked requests. Fails when one of them lacks its secret. */
import type { Config } from "@dgas/domain/Config"
import { Destinations } from "@dgas/notify/Destinations"
import { SafeHttp } from "@dgas/notify/SafeHttp"
import * as Layer from "effect/Layer"

export const destinationsLayer = (config: Config) =>
  Destinations.layer(config).pipe(Layer.provide(SafeHttp.layer(config.delivery)))
