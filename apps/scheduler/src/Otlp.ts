/** The one entry into `effect/observability` and the HTTP client under it: spans and metrics to a collector. */
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as OtlpMetrics from "effect/observability/OtlpMetrics"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"

export interface Exporting {
  /** Of the collector, to which `/v1/traces` and `/v1/metrics` are added. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly json: boolean
  readonly serviceName: string
}

/** The end of a process does not wait long for a collector that is away. */
const shutdownTimeout = "1 second"

export const exporting = ({ headers, json, serviceName, url }: Exporting): Layer.Layer<never> => {
  const base = url.replace(/\/+$/, "")
  const shared = { headers, resource: { serviceName }, shutdownTimeout } as const
  return Layer.mergeAll(
    OtlpTracer.layer({ ...shared, url: `${base}/v1/traces` }),
    OtlpMetrics.layer({ ...shared, url: `${base}/v1/metrics` })
  ).pipe(
    Layer.provide(json ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf),
    Layer.provide(FetchHttpClient.layer)
  )
}
