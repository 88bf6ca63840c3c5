import { describe, expect, test } from "bun:test"
import { ledTo, movedTo, zoomedBy } from "../page/charts/keys.ts"

describe("keys in a chart", () => {
  test("lead from bar to bar and to both ends, and not beyond", () => {
    expect(ledTo("ArrowLeft", 5, 9)).toBe(4)
    expect(ledTo("ArrowLeft", 0, 9)).toBe(0)
    expect(ledTo("ArrowRight", 9, 9)).toBe(9)
    expect(ledTo("PageDown", 5, 99)).toBe(15)
    expect([ledTo("Home", 5, 9), ledTo("End", 5, 9)]).toEqual([0, 9])
    expect(ledTo("ArrowUp", 5, 9)).toBeNull()
  })

  test("move what is in view no further than the bar needs", () => {
    const view = { from: 10, to: 20 }
    expect(movedTo(view, 15)).toEqual(view)
    expect(movedTo(view, 10)).toEqual({ from: 9, to: 19 })
    expect(movedTo(view, 30)).toEqual({ from: 21, to: 31 })
  })

  test("zoom with the bar where it was, no closer than five bars and no further than all", () => {
    const view = { from: 0, to: 100 }
    expect(zoomedBy("+", view, 50, 100)).toEqual({ from: 10, to: 90 })
    expect(zoomedBy("-", { from: 10, to: 90 }, 50, 100)).toEqual(view)
    expect(zoomedBy("+", { from: 0, to: 5 }, 2, 100)).toEqual({ from: 0, to: 5 })
    expect(zoomedBy("-", { from: 0, to: 150 }, 75, 100)).toEqual({ from: 0, to: 150 })
    expect(zoomedBy("x", view, 50, 100)).toBeNull()
  })
})
