/** Signals: lists, and one with all that is known of it. */
import { Cursor } from "@dgas/contract/Wire"
import { DbClock } from "@dgas/db/DbClock"
import { SignalDetails } from "@dgas/db/SignalDetails"
import { SignalPages } from "@dgas/db/SignalPages"
import type { Config } from "@dgas/domain/Config"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Access } from "../Access.ts"
import { NotFound } from "../ApiError.ts"
import type { Handlers } from "../Handler.ts"
import { pageSize } from "../Paging.ts"
import { rangeOf } from "../Range.ts"
import { signalCsv } from "../SignalCsv.ts"

type Services = Access | DbClock | SignalDetails | SignalPages

const encodeCursor = Schema.encodeSync(Cursor)

/** Where its run does not tell. */
const configuredSource = ({ schedules, universes }: Config, schedule: string): string | null => {
  const universe = schedules.find(({ name }) => name === schedule)?.universe
  return universe === undefined ? null : universes[universe]?.source ?? null
}

export const signalHandlers = (
  config: Config
): Handlers<"listSignals" | "exportSignals" | "getSignal", Services> => ({
  listSignals: ({ query: { cursor, limit = pageSize, origin = "LIVE", ...filter } }) =>
    Effect.gen(function*() {
      const { items, next } = yield* (yield* SignalPages).pageText({
        ...filter,
        origin,
        limit,
        ...cursor === undefined ? {} : { after: cursor }
      })
      return new Response(`{"items":${items},"next":${next === null ? null : JSON.stringify(encodeCursor(next))}}`, {
        headers: { "content-type": "application/json" }
      })
    }),

  exportSignals: ({ peer, request, query: { origin = "LIVE", since, until, ...filter } }) =>
    Effect.gen(function*() {
      const now = yield* (yield* DbClock).now
      const range = yield* rangeOf({ since, until }, { mostDays: config.api.limits.maxRangeDays, now })
      const text = yield* signalCsv({ ...filter, origin, ...range }, (yield* Access).mayGoOn(request, peer, "read"))
      return new Response(Stream.toReadableStream(text), {
        headers: {
          "content-type": "text/csv; charset=utf-8; header=present",
          "content-disposition": "attachment; filename=\"signals.csv\""
        }
      })
    }),

  getSignal: ({ params: { id } }) =>
    Effect.gen(function*() {
      const found = yield* (yield* SignalDetails).get(id)
      if (found === null) return yield* new NotFound({ what: "signal" })
      return Response.json({ ...found, source: found["source"] ?? configuredSource(config, String(found["schedule"])) })
    })
})
