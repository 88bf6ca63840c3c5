/** The API itself: who asks, keys, the configuration, health, the stream, the page and its reference. */
import { Scope } from "@dgas/domain/Scope"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { StreamEvent } from "./Stream.ts"
import { Instant, words } from "./Wire.ts"

const tag = "system"

/** An API key without the key itself, which is shown once. `page` is a page that was signed in. */
export const ApiKey = Schema.Struct({
  prefix: Schema.String,
  name: Schema.String,
  kind: Schema.Literals(["key", "page"]),
  scopes: Schema.Array(Scope),
  /** Requests a minute; null for no limit. */
  perMinute: Schema.NullOr(Schema.Int),
  createdAt: Instant,
  expiresAt: Schema.NullOr(Instant),
  lastUsedAt: Schema.NullOr(Instant),
  revokedAt: Schema.NullOr(Instant)
}).annotate({ identifier: "ApiKey" })
export type ApiKey = typeof ApiKey.Type

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
export type Caller = typeof Caller.Type

export const HealthCheck = Schema.Struct({
  check: Schema.String,
  subject: Schema.String,
  ok: Schema.Boolean,
  found: Schema.String,
  value: Schema.NullOr(Schema.Finite),
  unit: Schema.String
}).annotate({ identifier: "HealthCheck" })
export type HealthCheck = typeof HealthCheck.Type

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
  listKeys: route({
    method: "get",
    path: "/v1/keys",
    policy: "admin",
    tag: "keys",
    summary: "API keys, without the keys themselves",
    answer: Schema.Struct({ items: Schema.Array(ApiKey) })
  }),
  createKey: route({
    method: "post",
    path: "/v1/keys",
    policy: "admin",
    tag: "keys",
    summary: "Makes a key, which is shown this once",
    body: Schema.Struct({
      name: words(200),
      scopes: Schema.NonEmptyArray(Scope),
      expiresAt: Schema.NullOr(Instant)
    }),
    answer: Schema.Struct({ ...ApiKey.fields, key: Schema.String }),
    status: 201
  }),
  revokeKey: route({
    method: "delete",
    path: "/v1/keys/:prefix",
    policy: "admin",
    tag: "keys",
    summary: "Withdraws a key at once",
    params: Schema.Struct({ prefix: Schema.String }),
    answer: ApiKey,
    fails: [404]
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
  }),
  page: route({ method: "get", path: "/", policy: "public", tag: "page", summary: "The page", media: "text/html" }),
  asset: route({
    method: "get",
    path: "/assets/:file",
    policy: "public",
    tag: "page",
    summary: "What the page is made of",
    params: Schema.Struct({ file: Schema.String }),
    media: "*",
    fails: [404]
  }),
  signInPage: route({
    method: "get",
    path: "/sign-in",
    policy: "public",
    tag: "page",
    summary: "Asks whether to sign in by the link that was opened",
    media: "text/html"
  }),
  signInScript: route({
    method: "get",
    path: "/sign-in.js",
    policy: "public",
    tag: "page",
    summary: "What that page does when it is told to",
    media: "*"
  }),
  signIn: route({
    method: "post",
    path: "/v1/sign-in",
    policy: "public",
    tag: "page",
    summary: "Signs a page in by a one-time link",
    body: Schema.Struct({ link: Schema.String.check(Schema.isMaxLength(200)) }),
    answer: Caller,
    fails: [401]
  }),
  signOut: route({
    method: "post",
    path: "/v1/sign-out",
    policy: "read",
    tag: "page",
    summary: "Signs the page out, and withdraws its key"
  })
}
