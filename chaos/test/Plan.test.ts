import { describe, expect, test } from "bun:test"
import { Point } from "../Orders.ts"
import { planOf } from "../Plan.ts"

const kinds = (kills: number) => new Set<string>(planOf(7, kills).rounds.map(({ kind }) => kind))

describe("a plan", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(planOf(7, 200)).toEqual(planOf(7, 200))
    expect(planOf(7, 200)).not.toEqual(planOf(8, 200))
  })

  test("has as many kills as it was asked for, and with eleven at points each point is there", () => {
    for (const kills of [1, 10, 20, 200]) expect(planOf(7, kills).kills).toHaveLength(kills)
    const hows = planOf(7, 20).kills.map(({ how }) => how)
    expect(Point.literals.filter((point) => !hows.includes(point))).toEqual([])
    expect(hows).toContain("random")
  })

  test("has every kind of fault from 11 kills on, and always two that stand still at one slot", () => {
    const all = [
      "backends end",
      "black hole",
      "clock jump",
      "cut",
      "delay",
      "freeze both",
      "lost answers",
      "server dies",
      "server stops",
      "takeover"
    ]
    expect(kinds(20)).toEqual(new Set(all))
    expect(kinds(200)).toEqual(new Set([...all, "calm", "freeze"]))
    expect(kinds(5)).toContain("freeze both")
  })
})
