import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { parquetWriteBuffer } from "hyparquet-writer"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync, zstdCompressSync } from "node:zlib"
import { UnknownSymbol } from "../../src/BarSource.ts"
import { parquetSource } from "../../src/BarSource/Parquet.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { barsBetween, day, gridOf, now } from "./providers.ts"

const folder = temporaryFolder("parquet")
const source = parquetSource("files", folder)
const grid = gridOf("1d")
const midnight = now - day / 2
const bars = barsBetween(midnight - 5 * day, midnight, day)
const times = bars.map(({ openTime }) => openTime)

type Column = Parameters<typeof parquetWriteBuffer>[0]["columnData"][number]

const column = (name: "open" | "high" | "low" | "close" | "volume"): Column => ({
  name,
  data: bars.map((bar) => bar[name]),
  type: "DOUBLE"
})
const prices = [column("open"), column("high"), column("low"), column("close"), column("volume")]

const write = (
  symbol: string,
  columnData: ReadonlyArray<Column>,
  options: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {}
) =>
  writeFileSync(
    join(folder, `${symbol}_1d.parquet`),
    new Uint8Array(parquetWriteBuffer({ columnData: [...columnData], ...options }))
  )

const request = { grid, from: times[0]!, to: now, asOf: now }
const rowsOf = (symbol: string) => Effect.runPromise(source.fetch({ ...request, symbol })).then(({ rows }) => rows)
const refusal = (symbol: string) => Effect.runPromise(Effect.flip(source.fetch({ ...request, symbol })))

const timestamps: ReadonlyArray<readonly [name: string, column: Omit<Column, "name">]> = [
  ["Parquet timestamps", { data: times.map((time) => new Date(time)), type: "TIMESTAMP" }],
  ["whole seconds", { data: times.map((time) => BigInt(time / 1000)), type: "INT64" }],
  ["whole milliseconds", { data: times.map((time) => BigInt(time)), type: "INT64" }],
  ["whole microseconds", { data: times.map((time) => BigInt(time) * 1000n), type: "INT64" }],
  ["whole nanoseconds", { data: times.map((time) => BigInt(time) * 1_000_000n), type: "INT64" }],
  ["seconds as doubles", { data: times.map((time) => time / 1000), type: "DOUBLE" }],
  ["ISO instants", { data: times.map((time) => new Date(time).toISOString()), type: "STRING" }],
  ["ISO dates", { data: times.map((time) => new Date(time).toISOString().slice(0, 10)), type: "STRING" }]
]

describe("a folder of Parquet files", () => {
  for (const [name, column] of timestamps) {
    test(`has times as ${name}`, async () => {
      write("TIMES", [{ name: "timestamp", ...column }, ...prices])
      expect(await rowsOf("TIMES")).toEqual(bars)
    })
  }

  const timestamp: Column = { name: "timestamp", data: times.map((time) => BigInt(time)), type: "INT64" }

  test("has columns in any order, and others that are not read", async () => {
    write("ORDER", [...prices.toReversed(), { name: "note", data: times.map(() => "x"), type: "STRING" }, timestamp])
    expect(await rowsOf("ORDER")).toEqual(bars)
  })

  test("has prices as text or whole numbers too", async () => {
    write("TEXT", [
      timestamp,
      { name: "open", data: bars.map(({ open }) => String(open)), type: "STRING" },
      { name: "high", data: bars.map(({ high }) => high), type: "INT32" },
      ...prices.slice(2, 4),
      { name: "volume", data: bars.map(({ volume }) => BigInt(volume)), type: "INT64" }
    ])
    expect(await rowsOf("TEXT")).toEqual(bars)
  })

  test("may be packed with snappy, gzip or zstd", async () => {
    write("SNAPPY", [timestamp, ...prices], { codec: "SNAPPY" })
    write("GZIP", [timestamp, ...prices], { codec: "GZIP", compressors: { GZIP: (bytes) => gzipSync(bytes) } })
    write("ZSTD", [timestamp, ...prices], { codec: "ZSTD", compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) } })
    for (const symbol of ["SNAPPY", "GZIP", "ZSTD"]) expect(await rowsOf(symbol)).toEqual(bars)
  })

  test("gives rows that are no bars as they are, for the validation to put aside", async () => {
    write("MIXED", [
      { ...timestamp, data: [times[0]!, times[2]!, times[1]!, times[3]!, times[4]!].map((time) => BigInt(time)) },
      { name: "open", data: [100, 100, 100, null, 100], type: "DOUBLE" },
      { name: "high", data: [101, 101, 101, 101, 101], type: "DOUBLE" },
      { name: "low", data: [99, 99, 99, 99, 99], type: "DOUBLE" },
      { name: "close", data: [100, 100, 100, 100, 100], type: "DOUBLE" },
      { name: "volume", data: [1, 1, 1, 1, 1], type: "DOUBLE" }
    ])
    const between = { ...request, symbol: "MIXED", from: times[1]!, to: times[2]! }
    expect((await Effect.runPromise(source.fetch(between))).rows.map(({ openTime }) => openTime)).toEqual([times[1]!])
    const { bars, quarantined } = validateBars(await rowsOf("MIXED"), { grid, asOf: now })
    expect(bars.map(({ openTime }) => openTime)).toEqual([times[0]!, times[2]!, times[4]!])
    expect(quarantined.map(({ reason }) => reason).toSorted()).toEqual(["not_finite", "out_of_order"])
  })

  test("names the file that is missing, and what is wrong with one", async () => {
    const missing = await refusal("NONE")
    expect(missing).toBeInstanceOf(UnknownSymbol)
    expect(missing.message).toContain("NONE_1d.parquet, put one there")

    writeFileSync(join(folder, "TORN_1d.parquet"), "PAR1 and no more")
    write("SHORT", [timestamp, ...prices.slice(0, 3)])
    write("YEARS", [{ ...timestamp, data: times.map(() => 2026n) }, ...prices])
    write("EMPTY", [{ name: "timestamp", data: times.map(() => null), type: "STRING" }, ...prices])
    for (
      const [symbol, said] of [
        ["TORN", "TORN_1d.parquet: "],
        ["SHORT", "SHORT_1d.parquet: "],
        ["YEARS", "YEARS_1d.parquet, row 1: timestamp was 2026, expected an ISO instant"],
        ["EMPTY", "EMPTY_1d.parquet, row 1: timestamp was "]
      ] as const
    ) {
      const error = await refusal(symbol)
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toContain(said)
      expect(error.message).not.toContain("\n")
    }
  })
})
