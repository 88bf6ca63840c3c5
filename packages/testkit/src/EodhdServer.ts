/**
 * EODHD's days, intraday bars, splits, dividends, days of an exchange and exchange details, as documented and recorded. A
 * timeframe is `1m`, `5m`, `1h` or `d`. It wants `key` as `api_token`.
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Asked, type Market, type ProviderServer, providerServer, type ServedBar } from "./ProviderServer.ts"

const spans: Record<string, number> = { "1m": 120, "5m": 600, "1h": 7200 }

const orNull = (value: number) => Number.isNaN(value) ? null : value

const prices = ({ close, high, low, open, volume }: ServedBar) => ({
  open: orNull(open),
  high: orNull(high),
  low: orNull(low),
  close: orNull(close),
  volume: orNull(volume)
})

const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10)
const dayOf = (bar: ServedBar) => ({ date: dateOf(bar.openTime), ...prices(bar), adjusted_close: bar.close / 2 })

const notFound = () => new Response("<html>Ticker Not Found.</html>", { status: 404 })

const days = (bars: ReadonlyArray<ServedBar>, query: URLSearchParams) =>
  Response.json(
    bars.map(dayOf).filter(({ date }) => date >= (query.get("from") ?? "") && date <= (query.get("to") ?? "9"))
  )

const intraday = (bars: ReadonlyArray<ServedBar>, query: URLSearchParams) => {
  const from = Number(query.get("from"))
  const to = Number(query.get("to"))
  const span = spans[query.get("interval") ?? ""] ?? 0
  if (to - from > span * 86_400) {
    const errors = [`Max period length is ${span} days`]
    return Response.json({ errors: { to: errors, from: errors } }, { status: 422 })
  }
  const rows = bars.filter(({ openTime }) => openTime >= from * 1000 && openTime <= to * 1000)
  return Response.json(rows.map((bar) => ({
    timestamp: bar.openTime / 1000,
    gmtoffset: 0,
    datetime: new Date(bar.openTime).toISOString().slice(0, 19).replace("T", " "),
    ...prices(bar)
  })))
}

/** Entries that are no objects with a date are served whatever is asked for. */
const dated = (entries: ReadonlyArray<unknown>, query: URLSearchParams) => {
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? "9"]
  return Response.json(entries.filter((entry) => {
    const date = typeof entry === "object" && entry !== null && "date" in entry ? entry.date : undefined
    return typeof date !== "string" || date >= from && date <= to
  }))
}

/** Dividends have another name for their value there. */
const bulkNames = (entry: object) => {
  const { value, ...others } = { value: undefined, ...entry }
  return value === undefined ? others : { ...others, dividend: value }
}

export interface EodhdOptions {
  readonly key: string
  /** The body of exchange details. */
  readonly exchange?: unknown
  /** The symbols of an exchange's days. */
  readonly listed?: ReadonlyArray<string>
  /** Of every symbol; without them it knows of none. */
  readonly splits?: ReadonlyArray<unknown>
  readonly dividends?: ReadonlyArray<unknown>
  /** Faults of the lists of splits and dividends, one a request. */
  readonly listFaults?: Array<() => Response>
}

export const eodhdServer = (
  market: Market,
  options: EodhdOptions
): Effect.Effect<ProviderServer, never, Scope.Scope> => {
  const exchangeDays = (exchange: string, date: string | null) =>
    Response.json((options.listed ?? []).flatMap((code) => {
      const days = market(`${code}.${exchange}`, "d")!.map(dayOf)
      const day = date === null ? days.at(-1) : days.find((one) => one.date === date)
      return day === undefined ? [] : [{ code, exchange_short_name: exchange, ...day }]
    }))

  /** A list of one date, of every symbol of an exchange: all have the same. */
  const exchangeList = (exchange: string, type: string, date: string) => {
    const entries = (type === "splits" ? options.splits : options.dividends) ?? []
    return Response.json(
      (options.listed ?? []).flatMap((code) =>
        entries.flatMap((entry) =>
          typeof entry === "object" && entry !== null && "date" in entry && entry.date === date
            ? [{ code, exchange, ...bulkNames(entry) }]
            : []
        )
      )
    )
  }

  const answer = ({ path, query }: Asked): Response => {
    if (query.get("api_token") !== options.key) return new Response("Unauthenticated", { status: 401 })
    if (query.get("fmt") !== "json") return new Response("Date,Open,High,Low,Close,Adjusted_close,Volume\n")
    const [, kind, name = ""] = path.split("/")
    if (kind === "exchange-details") return Response.json(options.exchange)
    if (kind === "eod-bulk-last-day") {
      const type = query.get("type")
      if (type === null) return exchangeDays(name, query.get("date"))
      return options.listFaults?.shift()?.() ?? exchangeList(name, type, query.get("date") ?? "")
    }
    if (kind === "splits" || kind === "div") {
      const fault = options.listFaults?.shift()
      return fault?.() ?? dated((kind === "splits" ? options.splits : options.dividends) ?? [], query)
    }
    if (kind !== "eod" && kind !== "intraday") return notFound()
    const bars = market(name, kind === "eod" ? query.get("period") ?? "" : query.get("interval") ?? "")
    if (bars === undefined) return notFound()
    return kind === "eod" ? days(bars, query) : intraday(bars, query)
  }

  return providerServer({ answer, refusal: () => "<html>error</html>" })
}
