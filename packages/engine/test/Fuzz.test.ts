/** The first of the series that `bun run fuzz` goes on with. */
import { expect, test } from "bun:test"
import { wrongIn } from "./fuzz/Check.ts"
import { caseOf } from "./fuzz/Generate.ts"

test("whatever a provider sends becomes bars or is refused with its reason, and the engine makes numbers of them", () => {
  const counts = new Map<string, number>()
  for (let number = 0; number < 3000; number++) {
    const wrong = wrongIn(caseOf(7, number), counts)
    expect(wrong === null ? null : `series ${number}: ${wrong.slice(0, 1000)}`).toBeNull()
  }
  // A kind of damage that never came up would have tested nothing.
  expect([...counts.keys()].toSorted()).toEqual(
    expect.arrayContaining([
      "bar",
      "body_outside_range",
      "duplicate",
      "high_below_low",
      "in_future",
      "not_closed",
      "not_finite",
      "not_positive",
      "off_grid",
      "out_of_bounds",
      "out_of_order",
      "outside",
      "outside_session"
    ])
  )
})
