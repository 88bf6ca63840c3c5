/** What is new to whoever looks on: a thing that came, or that is another. */
import * as Schema from "effect/Schema"

export const FeedKind = Schema.Literals(["run", "signal", "delivery", "outcome"])
