/** Numbers with their 95 % interval. */
import * as Schema from "effect/Schema"

export const Share = Schema.Struct({ share: Schema.Finite, low: Schema.Finite, high: Schema.Finite })

/** Of `n` cases. */
export const Estimate = Schema.Struct({
  value: Schema.Finite,
  low: Schema.Finite,
  high: Schema.Finite,
  n: Schema.Int
}).annotate({ identifier: "Estimate" })
