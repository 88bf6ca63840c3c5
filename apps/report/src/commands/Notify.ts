/** `report notify`: the destinations and how they do; `test` sends a sample, `enable` lets messages go to one again. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { DbClock } from "@dgas/db/DbClock"
import { type DestinationHealth, DestinationStore } from "@dgas/db/DestinationStore"
import type { Config } from "@dgas/domain/Config"
import { loadConfig } from "@dgas/domain/ConfigFile"
import { durationText, isoText, timeText } from "@dgas/domain/TimeText"
import { destinationOf, sampleSent } from "@dgas/notify/SampleSent"
import { left, right } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Column, type Format, print } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** A destination did not take the sample. */
export class SampleNotTaken extends Schema.TaggedError<SampleNotTaken>()("SampleNotTaken", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

/** No message was ever tried for a destination of that name. */
export class NothingToEnable extends Schema.TaggedError<NothingToEnable>()("NothingToEnable", {
  name: Schema.String
}) {
  override get message() {
    return `no message was ever tried for ${this.name}, expected a destination of report notify list`
  }
}

/** One of the configuration, and what is known of it; null where no message was tried yet. */
interface Row {
  readonly name: string
  readonly channel: string
  readonly told: string
  readonly minConfidence: number
  readonly health: DestinationHealth | null
}

const rowsOf = (config: Config, known: ReadonlyArray<DestinationHealth>): ReadonlyArray<Row> =>
  Object.entries(config.destinations).map(([name, { kind, minConfidence }]) => ({
    name,
    channel: kind,
    minConfidence,
    told: config.schedules.filter(({ channels }) => channels.includes(name)).map((schedule) => schedule.name).join(" "),
    health: known.find((one) => one.name === name && one.channel === kind) ?? null
  }))

const instant = (of: (health: DestinationHealth) => number | null) => ({ health }: Row) => {
  const at = health === null ? null : of(health)
  return at === null ? null : isoText(at)
}

const columns: ReadonlyArray<Column<Row>> = [
  { name: "name", value: ({ name }) => name },
  { name: "channel", value: ({ channel }) => channel },
  { name: "schedules", value: ({ told }) => told },
  { name: "minConfidence", value: ({ minConfidence }) => minConfidence },
  { name: "state", value: ({ health }) => health?.state ?? "unknown" },
  { name: "reason", value: ({ health }) => health?.reason ?? null },
  { name: "failingSince", value: instant(({ failingSince }) => failingSince) },
  { name: "disabledAt", value: instant(({ disabledAt }) => disabledAt) },
  { name: "blockedUntil", value: instant(({ blockedUntil }) => blockedUntil) },
  { name: "lastSuccessAt", value: instant(({ lastSuccessAt }) => lastSuccessAt) },
  { name: "lastFailureAt", value: instant(({ lastFailureAt }) => lastFailureAt) },
  { name: "waiting", value: ({ health }) => health?.waiting ?? 0 },
  { name: "done24h", value: ({ health }) => health?.done ?? 0 },
  { name: "dead24h", value: ({ health }) => health?.dead ?? 0 }
]

const stateText = (health: DestinationHealth | null, now: number, zone: string): string => {
  if (health === null) return "not used yet"
  const { blockedUntil, failingSince, reason, state } = health
  const asked = blockedUntil === null || blockedUntil <= now
    ? ""
    : `, asked to wait until ${timeText(blockedUntil, zone)}`
  const since = failingSince === null ? "" : ` for ${durationText(now - failingSince)}`
  return `${state}${since}${reason === null ? "" : `: ${reason}`}${asked}`
}

const none = { since: Option.none() }

export const listDestinations = ({ format }: { readonly format: Format }) =>
  withStore(none, (zone, _, config) =>
    Effect.gen(function*() {
      const known = yield* (yield* DestinationStore).list
      const now = yield* (yield* DbClock).now
      yield* print(format, rowsOf(config, known), {
        columns,
        table: [
          left("destination"),
          left("channel"),
          left("told by"),
          right("from"),
          left("state"),
          left(`last arrived (${zone})`),
          right("waiting"),
          right("24 h"),
          right("dead")
        ],
        cells: ({ channel, health, minConfidence, name, told }) => [
          name,
          channel,
          told === "" ? "no schedule" : told,
          minConfidence.toFixed(2),
          stateText(health, now, zone),
          health === null || health.lastSuccessAt === null ? "never" : timeText(health.lastSuccessAt, zone),
          String(health?.waiting ?? 0),
          String(health?.done ?? 0),
          String(health?.dead ?? 0)
        ],
        empty: "The configuration has no destinations: schedules tell the console alone."
      })
    }))

/** Beside the outbox, so that nothing is stored and a destination that fails is asked all the same. */
export const testDestination = ({ channel: name, format }: { readonly channel: string; readonly format: Format }) =>
  Effect.gen(function*() {
    const { config } = yield* loadConfig()
    const wanted = destinationOf(config, name)
    if (wanted === null) {
      const names = Object.keys(config.destinations).join(", ")
      const expected = names === "" ? "a destination of the configuration, which has none" : `one of ${names}`
      return yield* new WrongUsage({ flag: "channel", found: name, expected })
    }
    const results = yield* sampleSent(config, name, wanted)
    if (format === "json") yield* Console.log(JSON.stringify(results, null, 2))
    for (const { answer, durationMs, outcome, status } of results) {
      const said = `${status === null ? "" : `status ${status}, `}${answer.split("\n")[0] ?? ""}`
      if (outcome !== "taken") {
        return yield* new SampleNotTaken({
          detail: `${wanted.kind} ${name} did not take the sample (${outcome}): ${said || "no answer"}`
        })
      }
      if (format !== "json") yield* Console.log(`${wanted.kind} ${name} took the sample in ${durationText(durationMs)}`)
    }
    if (results.length === 0) {
      return yield* new SampleNotTaken({ detail: `${wanted.kind} ${name} has nothing to say of a sample` })
    }
  })

export const enableDestination = ({ name }: { readonly name: string }) =>
  withStore(none, () =>
    Effect.gen(function*() {
      if (!(yield* (yield* DestinationStore).enable(name))) return yield* new NothingToEnable({ name })
      yield* Console.log(`${name} is asked again, and what was held goes out by its rate`)
    }))
