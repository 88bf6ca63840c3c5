#!/usr/bin/env bun
/**
 * `bun run bench [NAME] [--format json]`: figures as a table, or as rows for programs. Ends with 1 when a figure is not
 * within its bound, and names it.
 */
import { left, render, right } from "@dgas/notify/Table"
import { type Figure, unmetLine } from "./Measure.ts"

const benches: Record<string, () => Promise<{ run: () => Promise<ReadonlyArray<Figure>> }>> = {
  geometry: () => import("./geometry.ts"),
  decision: () => import("./decision.ts"),
  cold: () => import("./cold.ts"),
  cycle: () => import("./cycle.ts"),
  catchup: () => import("./catchup.ts"),
  store: () => import("./store.ts"),
  api: () => import("./api.ts"),
  page: () => import("./page.ts"),
  delivery: () => import("./delivery.ts"),
  judge: () => import("./judge.ts"),
  startup: () => import("./startup.ts")
}

const args = process.argv.slice(2)
const at = args.indexOf("--format")
const format = at < 0 ? "table" : args.splice(at, 2)[1]
const unknown = args.find((name) => benches[name] === undefined)
if (unknown !== undefined || (format !== "table" && format !== "json")) {
  console.error(
    unknown === undefined
      ? `--format: found ${format}, expected table or json`
      : `no benchmark ${unknown}, expected one of ${Object.keys(benches).join(", ")}`
  )
  process.exit(2)
}

const figures: Array<Figure> = []
for (const name of args.length > 0 ? args : Object.keys(benches)) {
  console.error(`measuring ${name}`)
  const { run } = await benches[name]!()
  figures.push(...await run())
}

const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 2 : 0 })
console.log(
  format === "json" ? JSON.stringify(figures, null, 2) : render(
    [
      left("benchmark"),
      right("value"),
      right("floor"),
      left("unit"),
      right("ratio"),
      right("goal"),
      right("at most"),
      left("met")
    ],
    figures.map((one) => [
      one.name,
      number(one.value),
      number(one.floor),
      one.unit,
      Number.isFinite(one.ratio) ? `${one.ratio.toFixed(1)} x` : "",
      one.goal === null ? "" : `${one.goal} x`,
      one.most === null ? "" : number(one.most),
      one.met === null ? "" : one.met ? "yes" : "no"
    ])
  )
)

const unmet = unmetLine(figures)
if (unmet !== null) {
  console.error(unmet)
  process.exitCode = 1
}
