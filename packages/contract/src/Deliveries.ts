/** Messages and what became of them. */
import { MessageState } from "@dgas/domain/MessageState"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Instant, Name, pageOf, paging, words } from "./Wire.ts"

const tag = "deliveries"
const id = Schema.Struct({ id: Schema.String })

/** A message to one destination. `status` and `answer` are those of the last try. */
export const Delivery = Schema.Struct({
  id: Schema.String,
  channel: Schema.String,
  destination: Schema.String,
  kind: Schema.String,
  state: MessageState,
  reason: Schema.NullOr(Schema.String),
  attempts: Schema.Int,
  nextAttemptAt: Schema.NullOr(Instant),
  createdAt: Instant,
  finishedAt: Schema.NullOr(Instant),
  signalIds: Schema.Array(Schema.String),
  status: Schema.NullOr(Schema.Int),
  answer: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Delivery" })

const DeliveryAttempt = Schema.Struct({
  attempt: Schema.Int,
  attemptedAt: Instant,
  status: Schema.NullOr(Schema.Int),
  durationMs: Schema.Finite,
  answer: Schema.NullOr(Schema.String)
}).annotate({ identifier: "DeliveryAttempt" })

const DeliveryDetail = Schema.Struct({
  ...Delivery.fields,
  payload: Schema.Record(Schema.String, Schema.Json),
  tries: Schema.Array(DeliveryAttempt)
}).annotate({ identifier: "DeliveryDetail" })

const Destination = Schema.Struct({
  name: Schema.String,
  channel: Schema.String,
  /** `unused` where no message was ever tried for it. */
  state: Schema.Literals(["well", "failing", "disabled", "unused"]),
  /** Whether the configuration has it still. */
  configured: Schema.Boolean,
  reason: Schema.NullOr(Schema.String),
  failingSince: Schema.NullOr(Instant),
  disabledAt: Schema.NullOr(Instant),
  lastSuccessAt: Schema.NullOr(Instant),
  lastFailureAt: Schema.NullOr(Instant),
  waiting: Schema.Int,
  /** In the last 24 hours. */
  done: Schema.Int,
  dead: Schema.Int
}).annotate({ identifier: "Destination" })

const Mute = Schema.Struct({
  id: Schema.String,
  schedule: Schema.NullOr(Schema.String),
  symbol: Schema.NullOr(Schema.String),
  destination: Schema.NullOr(Schema.String),
  startsAt: Instant,
  endsAt: Instant,
  author: Schema.String,
  reason: Schema.String,
  createdAt: Instant,
  liftedAt: Schema.NullOr(Instant)
}).annotate({ identifier: "Mute" })

const destination = Schema.Struct({ name: Schema.String })

export const deliveryRoutes = {
  listDeliveries: route({
    method: "get",
    path: "/v1/deliveries",
    policy: "read",
    tag,
    summary: "Messages, newest first",
    query: Schema.Struct({
      destination: Schema.optionalKey(Name),
      state: Schema.optionalKey(MessageState),
      since: Schema.optionalKey(Instant),
      ...paging
    }),
    answer: pageOf(Delivery)
  }),
  getDelivery: route({
    method: "get",
    path: "/v1/deliveries/:id",
    policy: "read",
    tag,
    summary: "One message with what it says and each try",
    params: id,
    answer: DeliveryDetail,
    fails: [404]
  }),
  replayDelivery: route({
    method: "post",
    path: "/v1/deliveries/:id/replay",
    policy: "write",
    tag,
    summary: "Sends a message again that is held, dead, expired or suppressed",
    params: id,
    answer: Delivery,
    status: 202,
    fails: [404, 409]
  }),
  listDestinations: route({
    method: "get",
    path: "/v1/destinations",
    policy: "read",
    tag,
    summary: "The destinations of the configuration and how they do",
    answer: Schema.Struct({ items: Schema.Array(Destination) })
  }),
  testDestination: route({
    method: "post",
    path: "/v1/destinations/:name/test",
    policy: "write",
    tag,
    summary: "Sends a sample alert to a destination now, and tells what it answered",
    params: destination,
    answer: Schema.Struct({ ok: Schema.Boolean, status: Schema.NullOr(Schema.Int), detail: Schema.String }),
    fails: [404]
  }),
  enableDestination: route({
    method: "post",
    path: "/v1/destinations/:name/enable",
    policy: "write",
    tag,
    summary: "Lets messages go to a disabled destination again",
    params: destination,
    answer: Destination,
    fails: [404]
  }),
  replayDestination: route({
    method: "post",
    path: "/v1/destinations/:name/replay",
    policy: "write",
    tag,
    summary: "Sends again all that a destination did not take",
    params: destination,
    answer: Schema.Struct({ replayed: Schema.Int }),
    status: 202,
    fails: [404]
  }),
  listMutes: route({
    method: "get",
    path: "/v1/mutes",
    policy: "read",
    tag,
    summary: "What nobody is to be told of, now and to come",
    answer: Schema.Struct({ items: Schema.Array(Mute) })
  }),
  addMute: route({
    method: "post",
    path: "/v1/mutes",
    policy: "write",
    tag,
    summary: "Tells nobody for a while; what is not told is kept as suppressed",
    body: Schema.Struct({
      schedule: Schema.NullOr(Name),
      symbol: Schema.NullOr(Name),
      destination: Schema.NullOr(Name),
      endsAt: Instant,
      reason: words(500)
    }),
    answer: Mute,
    status: 201
  }),
  liftMute: route({
    method: "delete",
    path: "/v1/mutes/:id",
    policy: "write",
    tag,
    summary: "Ends a mute now",
    params: id,
    answer: Mute,
    fails: [404]
  })
}
