import { expect, test } from "bun:test"
import { resultOf } from "../page/runNow.ts"

const waiting = { id: "r1", state: "waiting", result: null } as const
const at = (states: ReadonlyArray<"waiting" | "done">) => {
  const told = [...states]
  const asked: Array<string> = []
  return {
    asked,
    again: async (id: string) => {
      asked.push(id)
      const state = told.length > 1 ? told.shift()! : told[0]!
      return { id, state, result: state === "done" ? "nothing was due" : null }
    }
  }
}
const soon = async () => {}

test("what came of a look is said in the worker's words", async () => {
  const { again, asked } = at(["waiting", "waiting", "done"])
  expect(await resultOf(async () => waiting, again, soon)).toBe("nothing was due")
  expect(asked).toEqual(["r1", "r1", "r1"])
})

test("where nobody answers it says so, and who would", async () => {
  expect(await resultOf(async () => waiting, at(["waiting"]).again, soon)).toContain("bun run scheduler")
})
