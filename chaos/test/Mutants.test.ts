import { expect, test } from "bun:test"
import { mistakeIn, mutants } from "../Mutants.ts"

test("every mutant finds the text that it replaces, once", async () => {
  const mistakes = await Promise.all(mutants.map(mistakeIn))
  expect(mistakes.filter((mistake) => mistake !== null)).toEqual([])
})
