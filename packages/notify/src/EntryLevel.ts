/** At which level of which timeframe a signal wants to enter, as far as its stored explanation tells. */
import { LevelName } from "@dgas/domain/Level"
import type { Signal } from "@dgas/domain/Signal"
import type { LevelSubscription } from "@dgas/engine/signals/LevelWatch"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

export interface EntryLevel {
  readonly frame: LevelSubscription["frame"]
  readonly level: LevelName
}

const frames = ["trading", "higher", "lower"] as const

const View = Schema.NullOr(Schema.Struct({ levels: Schema.Record(Schema.String, Schema.Finite) }))
const decode = Schema.decodeUnknownOption(Schema.Struct({
  zone: Schema.Struct({ low: Schema.Finite, high: Schema.Finite, side: Schema.Literals([-1, 0, 1]) }),
  timeframes: Schema.Struct({ higher: View, trading: View, lower: View })
}))
const isLevel = Schema.is(LevelName)

/** The level that is the near edge of the signal's zone; null for an exit, and for an entry at the last close. */
export const entryLevel = (signal: Pick<Signal, "patternContext">): EntryLevel | null =>
  Option.match(decode(signal.patternContext), {
    onNone: () => null,
    onSome: ({ timeframes, zone }) => {
      if (zone.side === 0) return null
      const edge = zone.side === 1 ? zone.high : zone.low
      for (const frame of frames) {
        const found = Object.entries(timeframes[frame]?.levels ?? {}).find(([, price]) => price === edge)?.[0]
        if (isLevel(found)) return { frame, level: found }
      }
      return null
    }
  })
