/** `report mutes`: what nobody is told of for a while, who wanted it and why; `add` and `lift` change it. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { DbClock } from "@dgas/db/DbClock"
import { MuteStore } from "@dgas/db/MuteStore"
import type { Config } from "@dgas/domain/Config"
import type { Mute } from "@dgas/domain/Mute"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { mutableNames } from "@dgas/notify/MutableNames"
import { left } from "@dgas/notify/Table"
import * as EffectConfig from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { stretch } from "../Ahead.ts"
import { type Column, type Format, print } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** There is no such mute, or it is over. */
export class NoSuchMute extends Schema.TaggedError<NoSuchMute>()("NoSuchMute", { id: Schema.String }) {
  override get message() {
    return `no mute ${this.id} holds or is to come, expected an id of report mutes`
  }
}

const columns: ReadonlyArray<Column<Mute>> = [
  { name: "id", value: ({ id }) => id },
  { name: "startsAt", value: ({ startsAt }) => isoText(startsAt) },
  { name: "endsAt", value: ({ endsAt }) => isoText(endsAt) },
  { name: "schedule", value: ({ schedule }) => schedule },
  { name: "symbol", value: ({ symbol }) => symbol },
  { name: "destination", value: ({ destination }) => destination },
  { name: "author", value: ({ author }) => author },
  { name: "reason", value: ({ reason }) => reason },
  { name: "createdAt", value: ({ createdAt }) => isoText(createdAt) },
  { name: "liftedAt", value: ({ liftedAt }) => liftedAt === null ? null : isoText(liftedAt) }
]

/** `schedule crypto-30m, symbol BTCUSDT`, or `everything`. */
const scopeText = ({ destination, schedule, symbol }: Mute): string => {
  const parts = [
    ...schedule === null ? [] : [`schedule ${schedule}`],
    ...symbol === null ? [] : [`symbol ${symbol}`],
    ...destination === null ? [] : [`to ${destination}`]
  ]
  return parts.length === 0 ? "everything" : parts.join(", ")
}

const shown = (mutes: ReadonlyArray<Mute>, zone: string, format: Format) =>
  print(format, mutes, {
    columns,
    table: [left("id"), left(`from (${zone})`), left("until"), left("mutes"), left("by"), left("reason")],
    cells: (mute) => [
      mute.id,
      timeText(mute.startsAt, zone),
      mute.liftedAt === null ? timeText(mute.endsAt, zone) : `lifted ${timeText(mute.liftedAt, zone)}`,
      scopeText(mute),
      mute.author,
      mute.reason
    ],
    empty: "Nothing is muted."
  })

const none = { since: Option.none() }

export const mutes = ({ all, format }: { readonly all: boolean; readonly format: Format }) =>
  withStore(none, (zone) =>
    Effect.gen(function*() {
      yield* shown(yield* (yield* MuteStore).list({ all }), zone, format)
    }))

interface NewFlags {
  readonly format: Format
  readonly schedule: Option.Option<string>
  readonly symbol: Option.Option<string>
  readonly destination: Option.Option<string>
  readonly from: Option.Option<string>
  readonly until: Option.Option<string>
  readonly for: Option.Option<string>
  readonly author: Option.Option<string>
  readonly reason: string
}

const known = Effect.fnUntraced(function*(flags: NewFlags, config: Config) {
  const names = mutableNames(config)
  for (const flag of ["schedule", "symbol", "destination"] as const) {
    const given = Option.getOrNull(flags[flag])
    if (given === null || names[flag].includes(given)) continue
    const of = names[flag].slice(0, 20).join(", ")
    return yield* new WrongUsage({ flag, found: given, expected: `one of the configuration: ${of}` })
  }
})

const user = Effect.map(Effect.orDie(EffectConfig.option(EffectConfig.String("USER"))), Option.getOrNull)

export const addMute = (flags: NewFlags) =>
  withStore(none, (zone, _, config) =>
    Effect.gen(function*() {
      yield* known(flags, config)
      const author = Option.getOrNull(flags.author) ?? (yield* user)
      if (author === null || author === "") {
        return yield* new WrongUsage({ flag: "author", found: "nothing", expected: "who wants it" })
      }
      const { endsAt, startsAt } = yield* stretch(flags, yield* (yield* DbClock).now)
      const added = yield* (yield* MuteStore).add({
        schedule: Option.getOrNull(flags.schedule),
        symbol: Option.getOrNull(flags.symbol),
        destination: Option.getOrNull(flags.destination),
        startsAt,
        endsAt,
        author,
        reason: flags.reason
      })
      yield* shown(added === null ? [] : [added], zone, flags.format)
    }))

export const liftMute = ({ format, id }: { readonly format: Format; readonly id: string }) =>
  withStore(none, (zone) =>
    Effect.gen(function*() {
      const lifted = yield* (yield* MuteStore).lift(id)
      if (lifted === null) return yield* new NoSuchMute({ id })
      if (format !== "table") return yield* shown([lifted], zone, format)
      yield* Console.log(`${id} is lifted: ${scopeText(lifted)} is told again`)
    }))
