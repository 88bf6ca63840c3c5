/**
 * Spans and metrics for a collector, when the environment names one.
 *
 * `OTEL_EXPORTER_OTLP_ENDPOINT` turns it on; without, nothing of it is even loaded. `OTEL_EXPORTER_OTLP_HEADERS`,
 * `OTEL_EXPORTER_OTLP_PROTOCOL` (`http/protobuf`, or `http/json`), `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`
 * mean what OpenTelemetry says. A collector that is away costs nothing but what it would have been sent.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A variable of OpenTelemetry that cannot be used. Its value is not shown, since it may hold a key. */
export class TelemetryInvalid extends Schema.TaggedError<TelemetryInvalid>()("TelemetryInvalid", {
  variable: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `${this.variable}: found something else, expected ${this.expected}`
  }
}

const protocols = ["http/protobuf", "http/json"] as const

const setting = <A>(variable: string, config: Config.Config<A>, expected: string) =>
  Config.option(config).pipe(Effect.mapError(() => new TelemetryInvalid({ variable, expected })))

const endpoint = setting(
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  Config.String("OTEL_EXPORTER_OTLP_ENDPOINT"),
  "an http or https URL"
).pipe(
  Effect.map(Option.filter((text) => text !== "")),
  Effect.filterOrFail(
    Option.match({ onNone: () => true, onSome: (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? "") }),
    () => new TelemetryInvalid({ variable: "OTEL_EXPORTER_OTLP_ENDPOINT", expected: "an http or https URL" })
  )
)

const settings = Effect.gen(function*() {
  const headers = yield* setting(
    "OTEL_EXPORTER_OTLP_HEADERS",
    Config.Record(Schema.String, Schema.StringFromUriComponent, "OTEL_EXPORTER_OTLP_HEADERS"),
    "name=value,name=value"
  )
  const protocol = yield* setting(
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    Config.Literals(protocols, "OTEL_EXPORTER_OTLP_PROTOCOL"),
    protocols.join(" or ")
  )
  const service = yield* setting("OTEL_SERVICE_NAME", Config.String("OTEL_SERVICE_NAME"), "a name")
  return {
    headers: Option.getOrElse(headers, () => ({})),
    json: Option.contains(protocol, "http/json"),
    serviceName: Option.getOrElse(service, () => "dgas-scheduler")
  }
})

/** Nothing, or a tracer and an exporter of metrics. */
export const layer: Layer.Layer<never, TelemetryInvalid> = Layer.unwrap(
  Effect.gen(function*() {
    const url = yield* endpoint
    if (Option.isNone(url)) return Layer.empty
    const given = yield* settings
    const { exporting } = yield* Effect.promise(() => import("./Otlp.ts"))
    return exporting({ ...given, url: url.value })
  })
)
