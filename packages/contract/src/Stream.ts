/** What the stream says: that a thing is new or another. What it is, its own route tells. */
import { FeedKind } from "@dgas/domain/FeedKind"
import { Origin } from "@dgas/domain/Origin"
import * as Schema from "effect/Schema"

/** The data of an event, whose name is `kind`. A `reset` has no data: read anew what is shown. */
export const StreamEvent = Schema.Struct({
  kind: FeedKind,
  id: Schema.String,
  origin: Origin,
  schedule: Schema.NullOr(Schema.String)
}).annotate({ identifier: "StreamEvent" })
export type StreamEvent = typeof StreamEvent.Type
