/** The reporting command line in the folder of a project whose database is the test's own. */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"
import { runReport } from "./runReport.ts"

const config = `export default {
  timeZone: "America/New_York",
  sources: { s: { kind: "sim" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "pairs", universe: "u", trading: "30m", higher: "4h" }]
}`

/** The same in an environment that names another database, or none. */
export const reportWith = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const cwd = temporaryFolder("report")
    await Bun.write(join(cwd, "dgas.config.ts"), config)
    return runReport(args, { cwd, env })
  })

/** What `report ARGS` prints and ends with. */
export const report = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(TestDatabase, ({ url }) => reportWith({ DATABASE_URL: Redacted.value(url) }, ...args))

/** The rows of `report ARGS`, which must end well and say nothing else. */
export const json = (...args: ReadonlyArray<string>) =>
  Effect.map(report(...args, "--format", "json"), ({ code, err, out }) => {
    expect({ code, err }).toEqual({ code: 0, err: "" })
    const rows: ReadonlyArray<Record<string, unknown>> = JSON.parse(out)
    return rows
  })
