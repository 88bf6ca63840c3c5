/**
 * The two workers, each started again whenever it ends, until they are told to stop.
 *
 * What becomes of every life is kept for the checks: when and how it ended, who wanted that, and which slots it held then.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { read } from "./Journal.ts"
import { begin, type Ended, type Life, ownerOf } from "./Life.ts"
import type { Point } from "./Orders.ts"
import type { Server } from "./Server.ts"
import type { Setup } from "./Setup.ts"

export const workerNames = ["a", "b"] as const
export type WorkerName = typeof workerNames[number]

/** A slot that was held, as the journal names slots. */
export interface Held {
  readonly schedule: string
  readonly slotAt: number
  readonly fence: number
}

/** The end of a life. */
export interface Death {
  readonly life: Life
  readonly owner: string | null
  readonly ended: Ended
  /** Where it was killed; null when nobody wanted its end. */
  readonly how: Point | "random" | "stop" | null
  readonly held: ReadonlyArray<Held>
}

export interface Workers {
  readonly deaths: ReadonlyArray<Death>
  /** Every life, the present ones last. */
  readonly lives: ReadonlyArray<Life>
  /** The present life of a worker, once it has come so far as to have an owner. */
  readonly alive: (worker: WorkerName) => Effect.Effect<Life>
  readonly kill: (life: Life) => void
  /** Ends both as SIGTERM does, by SIGKILL what does not end so; true when none had to be killed. */
  readonly stop: Effect.Effect<boolean>
}

const restartMs = 200
const pollMs = 20
const stopWithinMs = 10_000

export const makeWorkers = Effect.fn("makeWorkers")(function*(
  server: Server,
  setupOf: (worker: WorkerName, life: number) => Setup,
  secrets: Parameters<typeof begin>[1],
  preload: Parameters<typeof begin>[2]
) {
  const deaths: Array<Death> = []
  const lives: Array<Life> = []
  const present = new Map<WorkerName, Life>()
  const killed = new Set<Life>()
  let stopping = false
  const isStopping = () => stopping
  const stopped = yield* Deferred.make<boolean>()

  const heldBy = (owner: string | null) =>
    owner === null ? Effect.succeed([]) : Effect.map(
      server.ask(
        "held slots",
        `select schedule, slot_at as "slotAt", fence from slots
          where state = 'running' and owner = '${owner.replaceAll("'", "''")}'`
      ),
      (rows) =>
        (rows ?? []).map(({ fence, schedule, slotAt }): Held => ({
          schedule: String(schedule),
          slotAt: Number(slotAt),
          fence: Number(fence)
        }))
    )

  const howOf = (life: Life, { signal }: Ended): Death["how"] => {
    if (killed.has(life)) return "random"
    const last = read(life.files.journal).at(-1)
    if (signal === "SIGKILL" && last?.what === "obeyed" && last.act === "die") return last.point
    return stopping ? "stop" : null
  }

  const supervise = Effect.fnUntraced(function*(worker: WorkerName) {
    for (let count = 1; !isStopping(); count++) {
      const life = begin(setupOf(worker, count), secrets, preload)
      lives.push(life)
      present.set(worker, life)
      const ended = yield* Effect.promise(() => life.ended).pipe(
        Effect.ensuring(Effect.sync(() => life.kill("SIGKILL")))
      )
      present.delete(worker)
      const owner = ownerOf(life)
      const how = howOf(life, ended)
      deaths.push({ life, owner, ended, how, held: stopping ? [] : yield* heldBy(owner) })
      // One that cannot start must not keep the machine busy.
      if (how === null) yield* Effect.sleep(restartMs)
    }
  })
  const both = Effect.forEach(workerNames, supervise, { concurrency: 2 })
  yield* Effect.forkScoped(Effect.andThen(both, Deferred.succeed(stopped, true)))

  const stop = Effect.gen(function*() {
    stopping = true
    for (const life of present.values()) life.kill("SIGTERM")
    const inTime = yield* Deferred.await(stopped).pipe(
      Effect.timeoutOrElse({ duration: stopWithinMs, orElse: () => Effect.succeed(false) })
    )
    if (!inTime) {
      for (const life of present.values()) life.kill("SIGKILL")
      yield* Deferred.await(stopped)
    }
    return inTime
  })

  const alive = Effect.fnUntraced(function*(worker: WorkerName) {
    while (true) {
      const life = present.get(worker)
      if (life !== undefined && ownerOf(life) !== null) return life
      yield* Effect.sleep(pollMs)
    }
  })

  return {
    deaths,
    lives,
    alive,
    kill: (life) => {
      killed.add(life)
      life.kill("SIGKILL")
    },
    stop
  } satisfies Workers
})
