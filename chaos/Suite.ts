/**
 * One run of the suite: warm-up, fault, drain, check.
 *
 * The system is two worker processes and a PostgreSQL, all of their own, with a proxy in between, and receivers of what
 * they tell. In the end the market
 * stands still until every slot that was due has been run and told; then the same slots are run undisturbed, and compared.
 */
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Check, isOk } from "./checks/Check.ts"
import { deliveryChecks } from "./checks/Deliveries.ts"
import { messageChecks } from "./checks/Messages.ts"
import { processChecks } from "./checks/Processes.ts"
import { rowChecks } from "./checks/Rows.ts"
import { refusals, slotChecks } from "./checks/Slots.ts"
import { clockStatements } from "./DeliveryTime.ts"
import { environmentOf } from "./Destinations.ts"
import { dueIn, type Evidence, lifeEvidence, stretchOf } from "./Evidence.ts"
import { makeFaults } from "./Faults.ts"
import { makeFolder } from "./Folder.ts"
import { configOf, epochOf, marketAt, type MarketTime, speed, watchesOf, writeMarket } from "./Market.ts"
import type { Mutant } from "./Mutants.ts"
import { planOf } from "./Plan.ts"
import { makeProxy } from "./Proxy.ts"
import { makeReceivers } from "./Receivers.ts"
import { runReference } from "./Reference.ts"
import { makeServer, type Server } from "./Server.ts"
import { readTables } from "./Tables.ts"
import { makeWatcher } from "./Watcher.ts"
import { makeWorkers } from "./Workers.ts"

export interface Verdict {
  readonly seed: number
  readonly seconds: number
  readonly checks: ReadonlyArray<Check>
  /** How often each fault happened. */
  readonly faults: Readonly<Record<string, number>>
  /** Folder of what the workers and the server left, when a check failed. */
  readonly evidence: string | null
}

export interface Options {
  readonly seed: number
  readonly kills: number
  readonly mutant: Mutant | null
  /** Is told where the suite is, for eyes. */
  readonly tell: (line: string) => void
}

const warmWithinMs = 40_000
const drainWithinMs = 60_000
const pollMs = 250
const tellMs = 1000

const workerFiles = { module: `${import.meta.dir}/mutate.ts` }

/** Asks until the answer is yes, for at most `forMs`. */
const until = Effect.fnUntraced(function*(ask: Effect.Effect<boolean>, forMs: number) {
  const end = performance.now() + forMs
  while (!(yield* ask)) {
    if (performance.now() > end) return false
    yield* Effect.sleep(pollMs)
  }
  return true
})

const numberOf = (server: Server, name: string, text: string) =>
  Effect.map(server.ask(name, text), (rows) => rows === null ? null : Number(rows[0]?.["n"]))

export const runSuite = Effect.fn("runSuite")(function*({ kills, mutant, seed, tell }: Options) {
  const started = performance.now()
  const kept = yield* makeFolder
  const folder = kept.path
  const config = yield* configOf(seed)
  const watches = watchesOf(config)
  const plan = planOf(seed, kills)
  tell("starting a PostgreSQL of its own")
  const server = yield* makeServer(folder, [...clockStatements(Date.now()), ...mutant?.alter ?? []])
  const proxy = yield* makeProxy(server.port)
  const receivers = yield* makeReceivers(seed)
  const secrets = environmentOf(receivers.addresses)
  const market: MarketTime = { epoch: epochOf(seed), since: Date.now(), speed, until: null }
  writeMarket(folder, market)
  const workers = yield* makeWorkers(
    server,
    (worker, life) => ({
      folder,
      worker,
      life,
      seed,
      url: server.url("main", proxy.port),
      serverFolder: server.folder,
      skewMs: plan.skewMs[worker],
      parent: process.pid
    }),
    secrets,
    mutant === null || mutant.file === null
      ? null
      : { ...workerFiles, env: { DGAS_MUTANT: JSON.stringify({ ...mutant, file: mutant.file }) } }
  )
  const watcher = yield* makeWatcher(server)
  const faults = makeFaults(plan, { folder, server, proxy, workers })
  let phase = "warm-up"
  const line = () => {
    const { finalSlots } = watcher.seen()
    const done = [...faults.counts].map(([what, count]) => `${what} ${count}`).join(", ")
    const doing = phase === "fault" ? `, ${faults.now()}` : ""
    return `${phase}${doing}; ${finalSlots} slots final${done === "" ? "" : `; ${done}`}`
  }
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sync(() => tell(line())), Effect.sleep(tellMs))))

  const warm = numberOf(
    server,
    "warm",
    "select count(*)::int as n from (select 1 from slots where state <> 'running' group by schedule) as of_each"
  )
  yield* until(Effect.map(warm, (count) => count === watches.length), warmWithinMs)

  phase = "fault"
  const from = Date.now()
  yield* faults.run
  const to = Date.now()

  phase = "drain"
  receivers.calm()
  const stopAt = marketAt(market, Date.now())
  writeMarket(folder, { ...market, until: stopAt })
  const rows = (yield* server.ask("first slots", "select schedule, min(slot_at) as at from slots group by schedule")) ??
    []
  const first = new Map(rows.map(({ at, schedule }) => [String(schedule), Number(at)]))
  const stretches = watches.map((watch) => stretchOf(watch, first.get(watch.schedule.name), stopAt))
    .filter((stretch) => stretch !== null)
  const due = dueIn(stretches)
  const left = numberOf(
    server,
    "left",
    `select ${due.length} - (select count(distinct (schedule, slot_at))::int from slots where state <> 'running')
      + (select count(*)::int from outbox where finished_at is null) as n`
  )
  const drained = yield* until(Effect.map(left, (count) => count !== null && count <= 0), drainWithinMs)
  const connections = yield* server.connections
  const stoppedInTime = yield* workers.stop

  phase = "check"
  yield* runReference(server.url("reference"), config, secrets, stretches, (done, of) => {
    phase = `check, undisturbed run ${done}/${of}`
  })
  const evidence: Evidence = {
    config,
    market,
    due,
    idle: watches.map(({ schedule }) => schedule.name).filter((name) => !first.has(name)),
    main: yield* readTables(server.url("main")),
    reference: yield* readTables(server.url("reference")),
    lives: workers.deaths.map(lifeEvidence),
    deaths: workers.deaths,
    disturbances: faults.disturbances,
    missed: faults.missed,
    seen: watcher.seen(),
    arrivals: receivers.arrivals,
    faults: { from, to },
    drained,
    connections,
    stoppedInTime
  }
  const points = Object.groupBy(
    workers.deaths.filter(({ how }) => how !== null && how !== "stop"),
    ({ how }) => how ?? ""
  )
  const checks = [
    ...slotChecks(evidence),
    ...rowChecks(evidence),
    ...messageChecks(evidence),
    ...deliveryChecks(evidence),
    ...processChecks(evidence)
  ]
  const verdict: Verdict = {
    seed,
    // A mutant has to fail: there is nothing to look into.
    evidence: mutant === null && !isOk(checks) ? kept.keep() : null,
    seconds: (performance.now() - started) / 1000,
    checks,
    faults: {
      ...Object.fromEntries(faults.counts),
      ...Object.fromEntries(Object.entries(points).map(([how, of]) => [`kill ${how}`, of?.length ?? 0])),
      "finishes refused by the fence": refusals(evidence.lives.map(({ journal }) => journal))
    }
  }
  writeFileSync(join(folder, "verdict.json"), JSON.stringify({ plan, ...verdict }, null, 2))
  return verdict
}, Effect.scoped)
