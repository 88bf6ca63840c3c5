import { describe, expect, test } from "bun:test"
import { processChecks } from "../checks/Processes.ts"
import type { Evidence, LifeEvidence } from "../Evidence.ts"
import type { Entry } from "../Journal.ts"
import type { Death, Held } from "../Workers.ts"

const slotAt = 1_000_000
const died = 100_000

const life = (name: string, change: Partial<LifeEvidence> = {}): LifeEvidence => ({
  worker: name,
  life: 1,
  pid: name.charCodeAt(0),
  how: "stop",
  code: 130,
  signal: null,
  journal: [{ at: 0, what: "started", owner: name }],
  log: [],
  err: "",
  ...change
})

const death = (worker: string, at: number, held: ReadonlyArray<Held>, startedAt = 0): Death => ({
  life: {
    worker,
    life: 1,
    pid: 1,
    startedAt,
    files: { setup: "", journal: "", out: "", err: "" },
    ended: Promise.resolve({ at, code: null, signal: "SIGKILL" }),
    kill: () => undefined
  },
  owner: worker,
  ended: { at, code: null, signal: "SIGKILL" },
  how: "random",
  held
})

/** A worker `a` that died with a slot, which `b` ended `afterMs` later. */
const evidence = (afterMs: number, change: Partial<Evidence> = {}) => {
  const rows = {
    slots: [{ schedule: "s", slotAt, state: "done", owner: "b", fence: 2, updatedAt: died + afterMs }]
  }
  const held = [{ schedule: "s", slotAt, fence: 1 }]
  const found: Partial<Evidence> = {
    deaths: [death("a", died, held), death("b", died + 60_000, [])],
    disturbances: [],
    lives: [life("a"), life("b")],
    seen: { looks: 1, oldestMs: 0, halfWritten: 0, finalSlots: 1 },
    drained: true,
    connections: 8,
    stoppedInTime: true,
    missed: [],
    ...change
  }
  return { ...found, main: rows } as unknown as Evidence
}

const check = (name: string, of: Evidence) => processChecks(of).find((one) => one.name.startsWith(name))!
const takeover = (of: Evidence) => check("takeover after", of)

describe("a dead worker", () => {
  test("is replaced within 15 s", () => {
    expect(takeover(evidence(15_000))).toMatchObject({ ok: true, figure: "15.0 s in the middle, 15.0 s at most, of 1" })
    expect(takeover(evidence(15_001)).ok).toBe(false)
  })

  test("has no part in it while something else is wrong, nor when nobody else lived long enough", () => {
    const hole = { kind: "black hole" as const, from: died + 5000, to: died + 9000, pid: null }
    expect(takeover(evidence(20_000, { disturbances: [hole] })).figure).toBe("none")
    const lateStart = [
      death("a", died, [{ schedule: "s", slotAt, fence: 1 }]),
      death("b", died + 60_000, [], died + 12_000)
    ]
    expect(takeover(evidence(20_000, { deaths: lateStart })).figure).toBe("none")
  })

  test("counts from the last one of those who held the slot", () => {
    const held = [{ schedule: "s", slotAt, fence: 1 }]
    const twice = [death("a", died - 10_000, held), death("c", died, held), death("b", died + 60_000, [])]
    expect(takeover(evidence(12_000, { deaths: twice })).figure).toBe("12.0 s in the middle, 12.0 s at most, of 1")
  })
})

describe("a statement", () => {
  const statement: Entry = { at: 20_000, what: "statement", name: "ask", ms: 13_000 }

  test("takes at most 8 s, without the time for which its process stood still", () => {
    const lives = [life("a", { journal: [statement] })]
    expect(check("longest statement", evidence(1, { lives })).ok).toBe(false)
    const frozen = { kind: "freeze" as const, from: 8000, to: 20_000, pid: "a".charCodeAt(0) }
    expect(check("longest statement", evidence(1, { lives, disturbances: [frozen] })).ok).toBe(true)
  })
})

describe("a worker", () => {
  const ends = (change: Partial<LifeEvidence>) => {
    const of = evidence(1, { lives: [life("a", change)] })
    return [check("errors that nobody", of).ok, check("ends that nobody", of).ok]
  }

  test("may end in one line when it finds no database at its start, and in no other way by itself", () => {
    const away = "error: database 127.0.0.1:1/x is not available: gone; check that it runs\n"
    expect(ends({ how: null, code: 1, err: away })).toEqual([true, true])
    expect(ends({ how: null, code: 70, err: "error: ended by an error that nobody caught" })).toEqual([false, false])
    expect(ends({ how: "random", code: null, signal: "SIGKILL", err: "TypeError: x\n    at y" })).toEqual([false, true])
  })

  test("may complain of its database, and of nothing that is a mistake of ours", () => {
    const says = (message: string) => ends({ log: [{ level: "error", message }] })
    expect(says("database 127.0.0.1:1/x is not available: gone; trying again")).toEqual([true, true])
    expect(says("statement finish run was refused by constraint x: y; trying again")).toEqual([false, true])
  })
})

test("a point of the plan at which no worker died is found", () => {
  expect(check("points of the plan", evidence(1000)).ok).toBe(true)
  expect(check("points of the plan", evidence(1000, { missed: ["after claim"] }))).toMatchObject({
    ok: false,
    figure: "1"
  })
})
