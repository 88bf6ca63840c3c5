/** `report calibration`, `edge` and `daily` as processes: of nothing, and what they end with. */
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { report } from "./project.ts"

const it = effectTest(TestDatabase.layer)

describe("reports on evidence", () => {
  it.live("have no rate, mean or score of an empty database", () =>
    Effect.gen(function*() {
      const calibration = yield* report("calibration")
      expect(calibration).toMatchObject({ code: 0, err: "" })
      const [head, , ...rows] = calibration.out.slice(calibration.out.indexOf("\nconfidence  fills  R > 0  ")).trim()
        .split("\n")
      const at = head!.indexOf("rate [95 %]")
      expect(rows.slice(0, 10).map((row) => row.slice(at - 4, at + 11).trim())).toEqual(
        Array.from({ length: 10 }, () => "not enough data")
      )
      const csv = (yield* report("calibration", "--format", "csv")).out.trim().split("\n")
      const rates = csv[0]!.split(",").flatMap((name, index) => name.startsWith("rate") ? [index] : [])
      expect(rates).toHaveLength(9)
      for (const row of csv.slice(1)) for (const index of rates) expect(row.split(",")[index]).toBe("")

      const edge = yield* report("edge")
      expect(edge).toMatchObject({ code: 0, err: "" })
      expect(edge.out).toContain("Not enough data (0 of 30)")
      expect(edge.out).toContain("Nothing has been judged yet.")
      expect(edge.out).not.toMatch(/NaN|Infinity|\d\.\d| R \[/)
      const found: { readonly edge: object; readonly random: object; readonly equity: unknown } = JSON.parse(
        (yield* report("edge", "--format", "json")).out
      )
      expect(found).toMatchObject({
        edge: { expectancy: null },
        random: { difference: null, chance: null },
        equity: null
      })
    }), 60_000)

  it.live("are written to a file, and a day whose SLA was broken ends with 3", () =>
    Effect.gen(function*() {
      const file = join(temporaryFolder("out"), "day.html")
      const empty = yield* report("daily", "--date", "2026-01-05", "--format", "html", "--out", file)
      expect(empty).toMatchObject({ code: 0, out: "" })
      const page = yield* Effect.promise(() => Bun.file(file).text())
      expect(page).toStartWith("<!doctype html>")
      expect(page).toContain("No signals.")
      expect(page).not.toMatch(/<script|https?:/)

      const { run } = yield* Sql
      // The last of the day: those after them that nobody ran would count as well.
      const missed = (from: number, to: number) =>
        run("missed", (sql) =>
          sql`
            insert into slots
            select 'pairs', 'LIVE', '2026-01-06T05:00Z'::timestamptz - n * interval '30 minutes', 'missed', 'too_old', 'a',
              1, now(), now()
            from generate_series(${from}::int, ${to}::int) as n`)
      yield* missed(1, 29)
      const few = yield* report("daily", "--date", "2026-01-05")
      expect(few.code).toBe(0)
      expect(few.out).toContain("not enough data (29 of 30); found 0.00 % of 29")
      yield* missed(30, 30)
      const broken = yield* report("daily", "--date", "2026-01-05")
      expect(broken.code).toBe(3)
      expect(broken.err).toContain("pairs did not keep its uptime")
      expect(broken.out).toMatch(/pairs +missed +too_old +30\n/)

      for (const date of ["2026-02-30", "2999-01-01", "soon"]) {
        expect(yield* report("daily", "--date", date)).toMatchObject({ code: 2, out: "" })
      }
    }), 60_000)
})
