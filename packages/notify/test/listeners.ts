/** Destinations whose channel gives alerts back as they are, and what stores say that know nothing. */
import { MuteStore } from "@dgas/db/MuteStore"
import { StoreUnavailable } from "@dgas/db/Sql"
import { type Addressee, type ToldQuery, type ToldSignal, ToldStore } from "@dgas/db/ToldStore"
import type { Wishes } from "@dgas/domain/DestinationConfig"
import { ConsoleConfig } from "@dgas/domain/DestinationConfig"
import type { Mute } from "@dgas/domain/Mute"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Channel, Tried } from "../src/Channel.ts"
import type { Destination } from "../src/Destinations.ts"
import { slotAt } from "./signals.ts"

export const wishes = (change: Partial<typeof ConsoleConfig.Encoded> = {}): Wishes =>
  Schema.decodeSync(ConsoleConfig)(change)

const taken: Tried = { outcome: "taken", status: 200, answer: "", durationMs: 1, retryAfterMs: null, receipt: null }

export interface Options {
  readonly channel?: Channel["channel"]
  readonly threads?: boolean
  /** One message a signal, as a text body of a webhook has. */
  readonly split?: boolean
}

/** The payload has the alert's title, lines and the ids of what it tells. */
export const destination = (
  name: string,
  change: Partial<typeof ConsoleConfig.Encoded> = {},
  { channel = "webhook", split = false, threads = false }: Options = {}
): Destination => ({
  name,
  wishes: wishes(change),
  channel: {
    channel,
    threads,
    timeoutMs: 1000,
    deliver: () => Effect.succeed(taken),
    render: ({ events, id, lines, signals, title }) => {
      const rendered = (part: string, some: typeof signals) => ({
        part,
        signalIds: some.map((signal) => signal.id),
        payload: {
          id,
          title,
          lines: [...lines],
          told: [...some, ...events].map((one) => one.id),
          rates: [...some, ...events].map(({ howOften }) => howOften)
        }
      })
      return split ? signals.map((signal) => rendered(signal.symbol, [signal])) : [rendered("", signals)]
    }
  }
})

export const aMute = (change: Partial<Mute> = {}): Mute => ({
  id: "k2x9m",
  schedule: null,
  symbol: null,
  destination: null,
  startsAt: slotAt - 1,
  endsAt: slotAt + 3_600_000,
  author: "ann",
  reason: "a fork\nof the chain",
  createdAt: slotAt - 1,
  liftedAt: null,
  ...change
})

export interface Stored {
  readonly mutes?: ReadonlyArray<Mute>
  readonly entries?: ReadonlyArray<ToldSignal>
  readonly heard?: Readonly<Record<string, ReadonlyArray<Addressee>>>
  /** Who was told what became of a signal. */
  readonly heardOutcomes?: Readonly<Record<string, ReadonlyArray<Addressee & { readonly end?: OutcomeUpdate }>>>
  /** Each statement that is run, by name. */
  readonly asked?: Array<string | ToldQuery>
  /** Statement that fails. */
  readonly failing?: string
}

/** Every read says what is `stored`. */
export const stores = ({ asked = [], entries = [], failing, heard = {}, heardOutcomes = {}, mutes = [] }: Stored) => {
  const read = <A>(name: string, value: A) =>
    Effect.suspend(() => {
      asked.push(name)
      return name === failing
        ? Effect.fail(new StoreUnavailable({ target: "db:5432/dgas", reason: "gone" }))
        : Effect.succeed(value)
    })
  const unused = () => Effect.die("is not asked for this")
  return Layer.mergeAll(
    Layer.succeed(
      MuteStore,
      MuteStore.of({ active: () => read("mutes", mutes), add: unused, lift: unused, list: unused })
    ),
    Layer.succeed(
      ToldStore,
      ToldStore.of({
        signals: (query) => Effect.tap(read("entries", entries), () => Effect.sync(() => asked.push(query))),
        ofSignals: () => read("heard", new Map(Object.entries(heard))),
        ofOutcomes: () =>
          read(
            "heardOutcomes",
            new Map(Object.entries(heardOutcomes).map(([id, all]) => [id, all.map((one) => ({ end: null, ...one }))]))
          )
      })
    )
  )
}
