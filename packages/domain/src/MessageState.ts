/** How it stands with a message to one destination. */
import * as Schema from "effect/Schema"

export const MessageState = Schema.Literals(["pending", "leased", "done", "held", "dead", "expired", "suppressed"])
export type MessageState = typeof MessageState.Type
