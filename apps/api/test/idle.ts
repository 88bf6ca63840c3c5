/**
 * Whether a stream on which nothing happens is held: `bun apps/api/test/idle.ts [--seconds N]`, 30 unless told.
 *
 * `bun run api` as its user starts it, over a real database, and a client that only listens. It ends with 1 when the stream
 * ended, nothing was heard of it for 20 s, or what happened after that time was not told of within 5 s.
 */
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { openEvents } from "./events.ts"
import { served } from "./page/served.ts"

const longestSilenceMs = 20_000
const soonMs = 5000

const { values } = parseArgs({ options: { seconds: { type: "string", default: "30" } } })
if (!/^[1-9]\d{0,5}$/.test(values.seconds)) {
  console.error(`--seconds: found ${values.seconds}, expected a whole number from 1`)
  process.exit(2)
}
const heldMs = Number(values.seconds) * 1000

const held = Effect.gen(function*() {
  const { url: database } = yield* TestDatabase
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "dgas-idle-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  const { url } = yield* Effect.acquireRelease(
    Effect.promise(() => served(database, folder)),
    ({ stop }) => Effect.promise(stop)
  )
  const stream = yield* openEvents(`${url}/v1/stream`)
  const begun = performance.now()
  let beats = 0
  let heardAt = begun
  let silenceMs = 0
  while (heardAt - begun < heldMs) {
    const beat = yield* Effect.timeoutOrElse(stream.beat, {
      duration: longestSilenceMs,
      orElse: () => Effect.succeed(null)
    })
    const now = performance.now()
    silenceMs = Math.max(silenceMs, now - heardAt)
    heardAt = now
    if (beat === null) return { beats, seconds: (now - begun) / 1000, silenceMs, toldMs: null }
    beats++
  }
  const happened = performance.now()
  yield* storeRun()
  const told = yield* Effect.timeoutOrElse(stream.next, { duration: soonMs, orElse: () => Effect.succeed(null) })
  const toldMs = told?.name === "run" ? performance.now() - happened : null
  return { beats, seconds: (heardAt - begun) / 1000, silenceMs, toldMs }
})

const { beats, seconds, silenceMs, toldMs } = await Effect.runPromise(
  Effect.scoped(held).pipe(Effect.provide(TestDatabase.layer))
)
console.log(
  `${seconds.toFixed(0)} s without news: ${beats} heartbeats, the longest silence ${
    (silenceMs / 1000).toFixed(1)
  } s; ` +
    (toldMs === null ? "then nothing was told" : `then a run was told of after ${toldMs.toFixed(0)} ms`)
)
console.log(toldMs === null ? "it was not held" : "it was held")
process.exit(toldMs === null ? 1 : 0)
