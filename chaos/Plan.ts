/**
 * Which faults there will be: a function of the seed and of the number of kills, and of nothing else.
 *
 * Kills go on beside the rounds, those of each worker one after the other. Each round does one other thing to the system.
 * How long a dead worker's slot waits can only be judged when nothing else is in the way, so there are kills that nothing
 * follows until it has been taken over. What the plan does not rule is when a worker comes to a point, and how the
 * machine shares its processors.
 */
import { type Dice, diceOf } from "./Dice.ts"
import { Point } from "./Orders.ts"
import { type WorkerName, workerNames } from "./Workers.ts"

/** `passes` tells at which passing of a point; a random kill comes `afterMs` after the worker has started its work. */
export interface Kill {
  readonly worker: WorkerName
  readonly how: Point | "random"
  readonly passes: number
  readonly afterMs: number
  /** How long after the commit's statement has left, milliseconds. */
  readonly commitMs: number
  /** Until the next kill. */
  readonly restMs: number
}

export type Round =
  | { readonly kind: "calm" | "black hole" | "lost answers"; readonly ms: number }
  /** A worker stands still at a point, or anywhere, for longer than its lease. */
  | { readonly kind: "freeze"; readonly worker: WorkerName; readonly at: Point | "random"; readonly ms: number }
  /** One stands still before its commit, and so does the other once it has taken the slot over. */
  | { readonly kind: "freeze both"; readonly worker: WorkerName; readonly ms: number }
  /** A worker dies with a slot in its hands, and nothing else happens until another has ended the slot. */
  | { readonly kind: "takeover"; readonly worker: WorkerName; readonly at: Point }
  | { readonly kind: "server stops"; readonly everyMs: ReadonlyArray<number> }
  /** It is left to the workers to start it, as it is with an embedded server. */
  | { readonly kind: "server dies"; readonly ms: number }
  | { readonly kind: "backends end"; readonly ms: number; readonly everyMs: number }
  | { readonly kind: "delay"; readonly ms: number; readonly delayMs: number }
  | { readonly kind: "cut"; readonly ms: number; readonly everyMs: number }
  /** The machine's clock jumps ahead under one worker in the middle of its work, and back under the other. */
  | { readonly kind: "clock jump"; readonly ahead: WorkerName; readonly jumpMs: number }

export interface Plan {
  readonly kills: ReadonlyArray<Kill>
  readonly rounds: ReadonlyArray<Round>
  /** How wrong the clock of each worker is from its start, milliseconds of market time. */
  readonly skewMs: Readonly<Record<WorkerName, number>>
  /** A worker that has not come to its point by then is killed wherever it is. */
  readonly reachMs: number
}

/** Longer than the lease of a slot, 10 s. */
const freezeMs = 12_000
/** Longer than that of a message, 13 s. */
const longFreezeMs = 15_000
const killsInSet = 40
/** Up to so many kills, there is one set of rounds, and a short one. */
const fewKills = 25
/** Up to so many, there are only some of the rounds. */
const leastKills = 10

export const planOf = (seed: number, kills: number): Plan => {
  const dice = diceOf(seed)
  const sets = kills <= fewKills ? 0 : Math.round(kills / killsInSet)
  return {
    // One is ahead and one behind, by less than the 30 s from which on a worker may refuse to work.
    skewMs: { a: dice.between(10_000, 25_000), b: -dice.between(10_000, 25_000) },
    kills: killsOf(dice, kills, sets === 0),
    reachMs: sets === 0 ? 6000 : 12_000,
    rounds: sets === 0
      ? shortSet(dice, kills <= leastKills ? 3 : 8)
      : Array.from({ length: sets }, () => setOf(dice)).flat()
  }
}

/** Every point as often as any other, and nearly as many at any moment: of 20 kills 9. */
const killsOf = (dice: Dice, count: number, short: boolean): ReadonlyArray<Kill> => {
  const points = Array.from(
    { length: Math.ceil(count * 11 / 20) },
    (_, index) => Point.literals[index % Point.literals.length]!
  )
  const hows = dice.shuffled([...points, ...Array.from({ length: count - points.length }, () => "random" as const)])
  return hows.map((how) => ({
    worker: dice.one(workerNames),
    how,
    passes: short ? 1 : dice.between(1, 2),
    afterMs: dice.between(0, short ? 1200 : 2500),
    commitMs: dice.between(0, 8),
    restMs: short ? 0 : dice.between(0, 3000)
  }))
}

/** One of each kind, in any order. */
const setOf = (dice: Dice): ReadonlyArray<Round> =>
  dice.shuffled<Round>([
    { kind: "freeze both", worker: dice.one(workerNames), ms: freezeMs },
    takeover(dice),
    {
      kind: "freeze",
      worker: dice.one(workerNames),
      at: dice.one(["random", "after claim", "after compute", "after commit", "before print", "after print"]),
      ms: freezeMs
    },
    { kind: "freeze", worker: dice.one(workerNames), at: dice.one(["before post", "after post"]), ms: longFreezeMs },
    { kind: "server stops", everyMs: [dice.between(5000, 10_000), dice.between(5000, 10_000)] },
    { kind: "server dies", ms: dice.between(1000, 5000) },
    { kind: "backends end", ms: dice.between(2000, 4000), everyMs: 150 },
    { kind: "delay", ms: dice.between(3000, 5000), delayMs: dice.between(20, 300) },
    { kind: "lost answers", ms: dice.between(2000, 9000) },
    { kind: "cut", ms: dice.between(2000, 4000), everyMs: dice.between(200, 1000) },
    // Beyond the client's deadline of 7.5 s.
    { kind: "black hole", ms: dice.between(8500, 11_000) },
    { kind: "clock jump", ahead: dice.one(workerNames), jumpMs: dice.between(30_000, 600_000) }
  ]).flatMap((round) => [round, { kind: "calm", ms: dice.between(1000, 9000) }])

const takeover = (dice: Dice): Round => ({
  kind: "takeover",
  worker: dice.one(workerNames),
  at: dice.one(["after claim", "after fetch", "after compute", "before commit"])
})

/** What of it fits into half a minute: `others` of the rounds that break the way to the database or the clock. */
const shortSet = (dice: Dice, others: number): ReadonlyArray<Round> => {
  const breaks = dice.shuffled<Round>([
    { kind: "server stops", everyMs: [dice.between(1500, 3000)] },
    { kind: "server dies", ms: 0 },
    { kind: "backends end", ms: 1500, everyMs: 150 },
    { kind: "delay", ms: 1500, delayMs: dice.between(20, 200) },
    { kind: "lost answers", ms: dice.between(1500, 2500) },
    { kind: "cut", ms: 1500, everyMs: dice.between(200, 700) },
    { kind: "black hole", ms: 8500 },
    { kind: "clock jump", ahead: dice.one(workerNames), jumpMs: dice.between(30_000, 600_000) }
  ]).slice(0, others)
  const freeze: Round = { kind: "freeze both", worker: dice.one(workerNames), ms: freezeMs }
  return [...dice.shuffled([freeze, ...breaks]), takeover(dice)]
}
