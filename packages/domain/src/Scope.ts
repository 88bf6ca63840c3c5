/** What a key of the API may do: admin includes write, which includes read. */
import * as Schema from "effect/Schema"

export const Scope = Schema.Literals(["read", "write", "admin"])
export type Scope = typeof Scope.Type
