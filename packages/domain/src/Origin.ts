/** Why a row exists. Only LIVE rows notify and count, unless a reader asks for the others. */
import * as Schema from "effect/Schema"

export const Origin = Schema.Literals(["LIVE", "REPLAY", "DEMO"])
export type Origin = typeof Origin.Type
