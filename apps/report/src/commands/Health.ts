/** `report health`: one page on whether all is well. Ends with 1 when something is wrong, and says what. */
import { watchesOf } from "@dgas/engine/Watches"
import type { Check } from "@dgas/monitor/Check"
import { healthChecks, unreachable } from "@dgas/monitor/Health"
import { left } from "@dgas/notify/Table"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Column, type Format, print } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** At least one check found something wrong. */
export class Unhealthy extends Schema.TaggedError<Unhealthy>()("Unhealthy", {
  wrong: Schema.Array(Schema.String),
  of: Schema.Int
}) {
  override get message() {
    return `${this.wrong.length} of ${this.of} checks found something wrong: ${this.wrong.join(", ")}`
  }
}

const columns: ReadonlyArray<Column<Check>> = [
  { name: "check", value: (one) => one.check },
  { name: "subject", value: (one) => one.subject },
  { name: "ok", value: (one) => one.ok },
  { name: "found", value: (one) => one.found },
  { name: "value", value: (one) => one.value },
  { name: "unit", value: (one) => one.unit }
]

const nameOf = ({ check, subject }: Check) => subject === "" ? check : `${check} of ${subject}`

export const health = ({ format }: { readonly format: Format }) =>
  Effect.gen(function*() {
    const checks = yield* withStore({ since: Option.none() }, (zone, _, config, root) =>
      Effect.flatMap(watchesOf(config), (watches) => healthChecks(watches, config, root))).pipe(
        Effect.catchTag(["EmbeddedPostgresFailed", "SchemaMismatch", "SqlTimeout", "StoreUnavailable"], ({ message }) =>
          Effect.succeed(unreachable(message)))
      )
    yield* print(format, checks, {
      columns,
      table: [left("check"), left("of"), left(""), left("found")],
      cells: (one) => [one.check, one.subject, one.ok ? "ok" : "WRONG", one.found],
      empty: "Nothing to check."
    })
    const wrong = checks.filter(({ ok }) =>
      !ok
    ).map(nameOf)
    if (wrong.length > 0) {
      return yield* new Unhealthy({ wrong, of: checks.length })
    }
  })
