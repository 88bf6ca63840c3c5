/** Nothing takes too long, a dead worker is replaced in time, and no worker ends or complains in a way that nobody foresaw. */
import { leaseMs } from "@dgas/engine/Lease"
import type { Evidence, LifeEvidence } from "../Evidence.ts"
import type { Disturbance } from "../Faults.ts"
import type { Death } from "../Workers.ts"
import { atMost, type Check, figure, none } from "./Check.ts"

const operationMs = 8000
const workMs = 20_000
const takeoverMs = 15_000
/** Each of two workers has two pools of four. */
const mostConnections = 16
/** A stop is noticed some moments after it began. */
const noticeMs = 200

const overlap = (from: number, to: number, other: { readonly from: number; readonly to: number }) =>
  Math.max(0, Math.min(to, other.to) - Math.max(from, other.from - noticeMs))

/** How long things took while their process was not standing still. */
const lengths = (lives: ReadonlyArray<LifeEvidence>, disturbances: ReadonlyArray<Disturbance>) =>
  lives.flatMap(({ journal, pid }) =>
    journal.flatMap((entry) => {
      if (entry.what !== "statement" && entry.what !== "cycle") return []
      const frozen = disturbances.filter((one) => one.pid === pid)
        .reduce((sum, one) => sum + overlap(entry.at - entry.ms, entry.at, one), 0)
      return [{ kind: entry.what, ms: Math.max(0, entry.ms - frozen), what: `${entry.name} of ${pid}` }]
    })
  )

interface Takeover {
  readonly ms: number
  readonly what: string
  /**
   * Not when anything else was wrong meanwhile, when the slot went on to another worker that died, too, or when no worker
   * lived from the end of the lease to the slot's.
   */
  readonly judged: boolean
}

/** From the death of a worker that held a slot to the slot's end. */
const takeovers = (evidence: Evidence): ReadonlyArray<Takeover> => {
  const { deaths, disturbances, main } = evidence
  const slots = new Map(main.slots.map((slot) => [`${slot.schedule} ${slot.slotAt}`, slot]))
  const ends = deaths.filter(({ how }) => how !== "stop")
  const holds = ({ held }: Death, name: string) => held.some((one) => `${one.schedule} ${one.slotAt}` === name)
  return ends.flatMap((death) =>
    death.held.flatMap(({ schedule, slotAt }) => {
      const name = `${schedule} ${slotAt}`
      const slot = slots.get(name)
      if (slot === undefined || slot.owner === death.owner || slot.state === "running") return []
      const from = death.ended.at
      const to = slot.updatedAt
      const again = ends.some((other) => other !== death && other.ended.at >= from && holds(other, name))
      const replaced = evidence.deaths.some(({ ended, life }) => life.startedAt <= from + leaseMs && ended.at >= to)
      const disturbed = disturbances.some((one) => overlap(from, to, one) > 0)
      return [{
        ms: to - from,
        what: `${schedule} ${
          new Date(slotAt).toISOString()
        } after ${death.how} of ${death.life.worker}-${death.life.life}`,
        judged: replaced && !again && !disturbed
      }]
    })
  )
}

/** What a worker may have to complain of in this suite. */
const known = [
  /^(delivery: )?database .* is not available: .*; trying again$/,
  /^(delivery: )?statement .* was not answered .*; trying again$/,
  /^slot .* is no longer held .*; trying again$/,
  /^the clock of this machine is .* the database's/,
  /^no slot is run while the clock of this machine is .*; trying again$/,
  /^a worker died at /,
  /^the worker before was last heard of at /
]
const away = /^error: (database .* is not available|statement .* was not answered)/

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "")

/** One that cannot reach its database when it starts says so in one line, and is started again. */
const refusedStart = ({ code, err, how }: LifeEvidence) =>
  how === null && code === 1 && linesOf(err).length === 1 && away.test(err)

const unforeseen = (life: LifeEvidence): ReadonlyArray<string> => {
  const said = life.log.filter(({ level, message }) => level !== "info" && !known.some((one) => one.test(message)))
    .map(({ error = "", level, message }) => `${level} ${message} ${error}`)
  const lines = [...said, ...refusedStart(life) ? [] : linesOf(life.err)]
  return lines.length === 0 ? [] : [`${life.worker}-${life.life}: ${lines.slice(0, 6).join(" | ")}`]
}

/** A process that has not come to its own code yet ends by the signal itself. */
const endedBadly = (life: LifeEvidence): boolean =>
  life.how === null
    ? !refusedStart(life)
    : life.how === "stop" && life.code !== 130 && !(life.signal === "SIGTERM" && life.journal.length === 0)

export const processChecks = (evidence: Evidence): ReadonlyArray<Check> => {
  const { connections, deaths, disturbances, drained, lives, missed, seen, stoppedInTime } = evidence
  const took = lengths(lives, disturbances)
  const taken = takeovers(evidence)
  return [
    none("points of the plan at which no worker died", missed),
    none("takeovers that can be judged", taken.some(({ judged }) => judged) ? [] : ["there was none"]),
    none("drained in time", drained ? [] : ["slots or messages were left when the time was over"]),
    atMost("takeover after a kill", takeoverMs, taken.filter(({ judged }) => judged)),
    atMost("longest statement, as a worker sees it", operationMs, took.filter(({ kind }) => kind === "statement")),
    atMost("oldest statement, as the server sees it", operationMs, [{ ms: seen.oldestMs, what: "pg_stat_activity" }]),
    atMost("longest cycle", workMs, took.filter(({ kind }) => kind === "cycle")),
    none("errors that nobody foresaw", lives.flatMap(unforeseen), `${lives.length} lives`),
    none(
      "ends that nobody wanted",
      lives.filter(endedBadly).map(({ code, life, signal, worker }) => `${worker}-${life}: ${signal ?? code}`)
    ),
    {
      name: "connections once all is still",
      figure: String(connections),
      bound: `at most ${mostConnections}`,
      ok: connections <= mostConnections,
      examples: []
    },
    none("workers that did not stop when asked", stoppedInTime ? [] : ["killed after 10 s"]),
    figure(
      "takeovers amid other faults, not judged",
      atMost("", Infinity, taken.filter(({ judged }) => !judged)).figure
    ),
    figure("starts refused, database away", String(lives.filter(refusedStart).length)),
    figure("kills", String(deaths.filter(({ how }) => how !== "stop" && how !== null).length))
  ]
}
