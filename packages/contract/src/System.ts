/** The API itself: who asks, the configuration, health, the stream and the reference. */
import { Scope } from "@dgas/domain/Scope"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { StreamEvent } from "./Stream.ts"
import { Instant } from "./Wire.ts"

const tag = "system"

/** Who asks, as the API sees it. */
export const Caller = Schema.Struct({
  kind: Schema.Literals(["none", "key", "page"]),
  name: Schema.NullOr(Schema.String),
  scopes: Schema.Array(Scope),
  version: Schema.String,
  /** The zone of the configuration. */
  timeZone: Schema.String,
  /** The database's clock. */
  now: Instant
}).annotate({ identifier: "Caller" })

const HealthCheck = Schema.Struct({
  check: Schema.String,
  subject: Schema.String,
  ok: Schema.Boolean,
  found: Schema.String,
  value: Schema.NullOr(Schema.Finite),
  unit: Schema.String
}).annotate({ identifier: "HealthCheck" })

/** `problems` in words; none where it is ready. */
const Readiness = Schema.Struct({ ready: Schema.Boolean, problems: Schema.Array(Schema.String) }).annotate({
  identifier: "Readiness"
})

export const systemRoutes = {
  getCaller: route({
    method: "get",
    path: "/v1/me",
    policy: "read",
    tag,
    summary: "Who asks, and what that may do",
    answer: Caller
  }),
  getHealth: route({
    method: "get",
    path: "/v1/health",
    policy: "read",
    tag,
    summary: "Whether slots are run, messages leave and bars come, a line a check",
    answer: Schema.Struct({ ok: Schema.Boolean, items: Schema.Array(HealthCheck) })
  }),
  getConfig: route({
    method: "get",
    path: "/v1/config",
    policy: "read",
    tag,
    summary: "The configuration in force, without its secrets",
    answer: Schema.Record(Schema.String, Schema.Json)
  }),
  stream: route({
    method: "get",
    path: "/v1/stream",
    policy: "read",
    tag: "stream",
    summary: "Runs, signals, deliveries and outcomes as they come, as server-sent events",
    description:
      "Each event has an id; sent back as Last-Event-ID, the stream goes on after it. `reset` says that what came in between is not known any more. Events: run, signal, delivery, outcome, reset; data is JSON with the id of the thing: StreamEvent, and {} of reset.",
    media: "text/event-stream",
    event: StreamEvent
  }),
  metrics: route({
    method: "get",
    path: "/metrics",
    policy: "read",
    tag,
    summary: "Metrics for Prometheus",
    media: "text/plain"
  }),
  livez: route({
    method: "get",
    path: "/livez",
    policy: "public",
    tag,
    summary: "Whether the API is alive",
    answer: Schema.Struct({ alive: Schema.Boolean })
  }),
  readyz: route({
    method: "get",
    path: "/readyz",
    policy: "public",
    tag,
    summary: "Whether the API can do its work: 503 when not",
    answer: Readiness,
    unready: Readiness
  }),
  openapi: route({
    method: "get",
    path: "/openapi.json",
    policy: "public",
    tag,
    summary: "This document",
    answer: Schema.Record(Schema.String, Schema.Json)
  }),
  docs: route({
    method: "get",
    path: "/docs",
    policy: "public",
    tag,
    summary: "The reference, to be read",
    media: "text/html"
  }),
  docsStyle: route({
    method: "get",
    path: "/docs.css",
    policy: "public",
    tag,
    summary: "How the reference looks",
    media: "*"
  })
}
