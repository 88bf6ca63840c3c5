/** Does to the system what the plan says, and keeps what was done when. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { read } from "./Journal.ts"
import type { Life } from "./Life.ts"
import { give, type Order, type Point, withdraw } from "./Orders.ts"
import type { Kill, Plan, Round } from "./Plan.ts"
import type { Proxy } from "./Proxy.ts"
import type { Server } from "./Server.ts"
import { letRevive } from "./Setup.ts"
import { type WorkerName, workerNames, type Workers } from "./Workers.ts"

/** Something was wrong from one instant to the other, epoch milliseconds. Of a freeze, whose. */
export interface Disturbance {
  readonly kind: Round["kind"]
  readonly from: number
  readonly to: number
  readonly pid: number | null
}

export interface Faults {
  readonly disturbances: ReadonlyArray<Disturbance>
  readonly counts: ReadonlyMap<string, number>
  /** Points of the plan at which no worker came to die, even when nothing else was wrong. */
  readonly missed: ReadonlyArray<Point>
  /** What is being done, for eyes. */
  readonly now: () => string
  readonly run: Effect.Effect<void>
}

export interface World {
  readonly folder: string
  readonly server: Server
  readonly proxy: Proxy
  readonly workers: Workers
}

const pollMs = 20
/** A slot is taken over once the lease of its dead holder has run out, and by then something is there to be done. */
const reviveWithinMs = 20_000
const connectWithinMs = 6000
const workWithinMs = 18_000
/** A message to print comes every few slots only. */
const calmReachMs = 30_000
const mostTries = 3

export const makeFaults = (plan: Plan, { folder, proxy, server, workers }: World): Faults => {
  const { reachMs } = plan
  const disturbances: Array<Disturbance> = []
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  /** Kills would end a freeze, so they wait for its end: each takes one of these, and what wants to be alone both. */
  const permits = Semaphore.makeUnsafe(2)
  const alone = permits.withPermits(2)
  let doing = "calm"
  let orders = 0

  const order = (worker: WorkerName, act: Order["act"], point: Point, more: Partial<Order> = {}) => {
    give(folder, worker, { id: ++orders, act, point, passes: 1, slot: null, ms: 0, ...more })
  }

  /** Whether `look` says yes within `forMs`. */
  const comes = Effect.fnUntraced(function*(look: () => boolean, forMs: number) {
    const until = performance.now() + forMs
    while (!look()) {
      if (performance.now() > until) return false
      yield* Effect.sleep(pollMs)
    }
    return true
  })
  const obeyed = (life: Life, act: Order["act"]) =>
    read(life.files.journal).filter((entry) => entry.what === "obeyed" && entry.act === act).length
  const heldBy = (life: Life) => read(life.files.journal).findLast((entry) => entry.what === "claimed") ?? null
  const isOver = (life: Life) => workers.deaths.some((death) => death.life === life)

  /** False when the worker ended before by itself, as it does that finds no database at its start. */
  const killAnywhere = Effect.fnUntraced(function*({ afterMs, worker }: Kill) {
    const life = yield* workers.alive(worker)
    yield* Effect.sleep(afterMs)
    if (!isOver(life)) workers.kill(life)
    yield* comes(() => isOver(life), reachMs)
    return workers.deaths.find((death) => death.life === life)?.how !== null
  })

  /** Kills at points that a worker did not come to in time, for when nothing else is in its way. */
  const postponed: Array<Kill> = []
  const missed: Array<Point> = []
  const diedAt = (point: Point, names: ReadonlyArray<string> = workerNames) =>
    workers.deaths.filter(({ how, life }) => how === point && names.includes(life.worker)).length

  const kill = Effect.fnUntraced(function*(one: Kill) {
    const { commitMs, how, passes, worker } = one
    if (how === "random") {
      while (!(yield* killAnywhere(one))) continue
      return count("kill")
    }
    const before = diedAt(how, [worker])
    yield* workers.alive(worker)
    order(worker, "die", how, { passes, ms: commitMs })
    const came = yield* comes(() => diedAt(how, [worker]) > before, reachMs)
    withdraw(folder, worker)
    if (came) count("kill")
    else postponed.push(one)
  })

  /** Whichever worker comes to the point first. */
  const killLater = Effect.fnUntraced(function*({ commitMs, how }: Kill) {
    if (how === "random") return
    const before = diedAt(how)
    for (const worker of workerNames) order(worker, "die", how, { ms: commitMs })
    const came = yield* comes(() => diedAt(how) > before, calmReachMs)
    for (const worker of workerNames) withdraw(folder, worker)
    if (came) count("kill")
    else missed.push(how)
  })

  const freeze = Effect.fnUntraced(function*(life: Life, from: number, ms: number) {
    yield* Effect.sleep(ms)
    life.kill("SIGCONT")
    disturbances.push({ kind: "freeze", from, to: Date.now(), pid: life.pid })
  })

  /** Has the worker stand still at the point; null when it did not come there. */
  const freezeAt = Effect.fnUntraced(function*(worker: WorkerName, point: Point, slot: Order["slot"] = null) {
    const life = yield* workers.alive(worker)
    const before = obeyed(life, "freeze")
    order(worker, "freeze", point, { slot })
    const came = yield* comes(() => obeyed(life, "freeze") > before, workWithinMs)
    withdraw(folder, worker)
    return came ? life : null
  })

  const freezeOne = Effect.fnUntraced(function*({ at, ms, worker }: Round & { readonly kind: "freeze" }) {
    const life = at === "random" ? null : yield* freezeAt(worker, at)
    if (life !== null) return yield* freeze(life, Date.now(), ms)
    const any = yield* workers.alive(worker)
    any.kill("SIGSTOP")
    return yield* freeze(any, Date.now(), ms)
  })

  /** The first wakes while the second holds the slot: only the fence tells them apart. Whether it came to that. */
  const freezeBoth = Effect.fnUntraced(function*({ ms, worker }: Round & { readonly kind: "freeze both" }) {
    const other = worker === "a" ? "b" : "a"
    const first = yield* freezeAt(worker, "before commit")
    if (first === null) return false
    const from = Date.now()
    const second = yield* freezeAt(other, "before commit", heldBy(first))
    const since = Date.now()
    yield* freeze(first, from, second === null ? Math.max(0, from + ms - since) : 500)
    if (second !== null) yield* freeze(second, since, 2500)
    return second !== null
  })

  /** Nothing else would notice that the fence is gone. */
  const untilDone = Effect.fnUntraced(function*(round: Effect.Effect<boolean>) {
    for (let tries = 0; tries < mostTries; tries++) if (yield* round) return
  })

  const through = (mode: Parameters<Proxy["set"]>[0], ms: number) =>
    Effect.suspend(() => {
      proxy.set(mode)
      return Effect.ensuring(Effect.sleep(ms), Effect.sync(() => proxy.set({ kind: "pass" })))
    })

  /** A fault that ends connections needs some: workers may still wait from the round before. */
  const connected = Effect.gen(function*() {
    const until = performance.now() + connectWithinMs
    while ((yield* server.connections) < 2 && performance.now() < until) yield* Effect.sleep(10 * pollMs)
  })

  const every = Effect.fnUntraced(function*(everyMs: number, ms: number, work: Effect.Effect<unknown>) {
    const until = performance.now() + ms
    while (performance.now() < until) {
      yield* work
      yield* Effect.sleep(everyMs)
    }
  })

  const jump = Effect.fnUntraced(function*({ ahead, jumpMs }: Round & { readonly kind: "clock jump" }) {
    yield* Effect.forEach(workerNames, (worker) =>
      Effect.gen(function*() {
        const life = yield* workers.alive(worker)
        order(worker, "jump", "after fetch", { ms: worker === ahead ? jumpMs : -jumpMs })
        yield* comes(() => obeyed(life, "jump") > 0 || isOver(life), reachMs)
        withdraw(folder, worker)
      }), { concurrency: 2 })
  })

  const takeover = Effect.fnUntraced(function*({ at, worker }: Round & { readonly kind: "takeover" }) {
    const life = yield* workers.alive(worker)
    order(worker, "die", at)
    yield* comes(() => isOver(life), workWithinMs)
    withdraw(folder, worker)
    const death = workers.deaths.find((one) => one.life === life)
    const until = performance.now() + workWithinMs
    while (performance.now() < until && (yield* server.running(death?.held ?? [])) > 0) yield* Effect.sleep(5 * pollMs)
  })

  const serverDies = Effect.gen(function*() {
    letRevive(folder, true)
    yield* server.crash
    // Should nobody start it, every check will tell; but the suite has to come to its end.
    if (!(yield* comes(server.isUp, reviveWithinMs))) yield* server.start
    else count("server revived")
  })

  const disturb = (round: Round): Effect.Effect<void> => {
    switch (round.kind) {
      case "calm":
        return Effect.sleep(round.ms)
      case "freeze":
        return alone(freezeOne(round))
      case "freeze both":
        return alone(untilDone(freezeBoth(round)))
      case "takeover":
        return alone(takeover(round))
      case "server stops":
        return Effect.forEach(round.everyMs, (ms) =>
          server.crash.pipe(
            Effect.andThen(server.start),
            Effect.andThen(Effect.sync(() => count("server stop"))),
            Effect.andThen(Effect.sleep(ms))
          ), { discard: true })
      case "server dies":
        return Effect.ensuring(
          Effect.andThen(serverDies, Effect.sleep(round.ms)),
          Effect.sync(() => letRevive(folder, false))
        )
      case "backends end":
        return Effect.andThen(
          connected,
          every(
            round.everyMs,
            round.ms,
            Effect.map(server.terminate, (ended) => counts.set("backend end", (counts.get("backend end") ?? 0) + ended))
          )
        )
      case "delay":
        return through({ kind: "delay", ms: round.delayMs }, round.ms)
      case "lost answers":
        return Effect.andThen(connected, through({ kind: "drop" }, round.ms))
      case "black hole":
        return Effect.andThen(connected, through({ kind: "hole" }, round.ms))
      case "cut":
        return Effect.andThen(connected, every(round.everyMs, round.ms, Effect.sync(proxy.cut)))
      case "clock jump":
        return alone(jump(round))
    }
  }

  const play = Effect.fnUntraced(function*(round: Round) {
    doing = round.kind
    const from = Date.now()
    yield* disturb(round)
    if (round.kind !== "calm") count(round.kind)
    // What stood still, and when, a freeze has told itself, and a kill disturbs no other.
    if (["calm", "freeze", "freeze both", "takeover"].includes(round.kind)) return
    disturbances.push({ kind: round.kind, from, to: Date.now(), pid: null })
  })

  const killsOf = (worker: WorkerName) =>
    Effect.forEach(
      plan.kills.filter((one) => one.worker === worker),
      (one) => Effect.andThen(permits.withPermit(kill(one)), Effect.sleep(one.restMs)),
      { discard: true }
    )
  const rounds = Effect.andThen(
    Effect.forEach(plan.rounds, play, { discard: true }),
    Effect.sync(() => {
      doing = "calm"
    })
  )
  const awake = Effect.sync(() => {
    for (const worker of workerNames) withdraw(folder, worker)
    for (const life of workers.lives) life.kill("SIGCONT")
  })
  const later = Effect.suspend(() => Effect.forEach(postponed, killLater, { discard: true }))
  const planned = Effect.all([...workerNames.map(killsOf), rounds], { concurrency: 3, discard: true })
  return {
    disturbances,
    counts,
    missed,
    now: () => doing,
    run: Effect.ensuring(Effect.andThen(planned, later), awake)
  }
}
