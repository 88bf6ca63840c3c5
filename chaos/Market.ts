/**
 * The market that the workers watch: simulated symbols whose bars depend on the seed alone, and a clock that runs faster.
 *
 * Market time is a function of the database's clock, and decides what is due and what is late. Leases do not know it:
 * they are seconds of the database, as always. A provider's clock is right whatever the clock of a worker says.
 */
import { type Config, decodeConfig } from "@dgas/domain/Config"
import { type Watch, watchOf } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { destinations } from "./Destinations.ts"
import { diceOf } from "./Dice.ts"

/** Market time was `epoch` when the clock said `since`, and stands still from `until` on; all in epoch milliseconds. */
export const MarketTime = Schema.Struct({
  epoch: Schema.Int,
  since: Schema.Int,
  speed: Schema.Finite,
  until: Schema.NullOr(Schema.Int)
})
export type MarketTime = typeof MarketTime.Type

export const marketAt = ({ epoch, since, speed, until }: MarketTime, at: number): number =>
  Math.min(Math.trunc(epoch + (at - since) * speed), until ?? Infinity)

/** A 5m bar lasts 5 s, and its slot counts as late after 2.5 s. */
export const speed = 60

/** Some day of 2025, some hours after midnight and half a minute before a 5m bar closes. */
export const epochOf = (seed: number): number => {
  const dice = diceOf(seed)
  return Date.UTC(2025, 0, dice.between(1, 365), dice.between(0, 23), 4, 30)
}

const file = (folder: string) => join(folder, "market.json")
const Text = Schema.fromJsonString(MarketTime)
const decodeText = Schema.decodeSync(Text)
const encodeText = Schema.encodeSync(Text)

/** Asked for again each time, since the harness stops the market in the end. */
export const readMarket = (folder: string): MarketTime => decodeText(readFileSync(file(folder), "utf8"))

export const writeMarket = (folder: string, time: MarketTime): void => {
  writeFileSync(`${file(folder)}.new`, encodeText(time))
  renameSync(`${file(folder)}.new`, file(folder))
}

const universe = (...names: ReadonlyArray<string>) => ({
  source: "sim",
  calendar: "24/7",
  instruments: names.map((name) => ({ symbol: `SIM-${name}`, tick: 0.01 }))
})

/** Alerts make messages out of most slots, so that there is something to print, to lose and to repeat. */
const alerts = (trading: string) => [
  { level: "projectedDot", timeframe: trading, on: "touch" },
  { level: "envelope", timeframe: trading, on: "exit" }
]

const channels = ["console", ...Object.keys(destinations)]

/** Enough schedules that most go on while the dead hold some of them. Several share symbols, so bars have many writers. */
const value = (seed: number) => ({
  sources: { sim: { kind: "sim", seed } },
  destinations,
  delivery: { allowLoopback: true },
  universes: {
    one: universe("A", "B", "C"),
    two: universe("D", "E"),
    three: universe("F", "G", "H")
  },
  schedules: [
    ...["one", "two", "three"].flatMap((universe) =>
      ["15m", "30m", "1h"].map((higher) => ({
        name: `${universe}-${higher}`,
        universe,
        trading: "5m",
        higher,
        channels,
        alerts: alerts("5m")
      }))
    ),
    { name: "one-lower", universe: "one", trading: "15m", higher: "1h", lower: "5m", channels, alerts: alerts("15m") },
    { name: "quiet", universe: "two", trading: "5m", higher: "15m", catchUp: "latest", channels },
    { name: "silent", universe: "three", trading: "5m", higher: "15m", catchUp: "skip", channels }
  ]
})

export const configOf = (seed: number): Effect.Effect<Config> => Effect.orDie(decodeConfig("chaos", value(seed)))

export const watchesOf = (config: Config): ReadonlyArray<Watch> =>
  config.schedules.map((schedule) => watchOf(config, schedule))
