/** What whoever asks is told of a mistake. */
import { expect, test } from "bun:test"
import { notAsExpected } from "../src/ApiError.ts"
import { mistakesOf } from "../src/Expectation.ts"

test("says where, and what was expected, in words", () => {
  expect(mistakesOf("query", [
    { path: ["symbol"], message: "Missing key" },
    { path: ["foo"], message: "Expected no excess property" },
    { path: [{ key: "limit" }], message: "Expected a value between 1 and 200" },
    { path: ["since"], message: "an instant before until" },
    { message: "Expected an object" }
  ])).toEqual([
    { where: "query.symbol", expected: "a value, found none" },
    { where: "query.foo", expected: "no such name" },
    { where: "query.limit", expected: "a value between 1 and 200" },
    { where: "query.since", expected: "an instant before until" },
    { where: "query", expected: "an object" }
  ])
})

test("says of a cursor where to have one from, once", () => {
  expect(mistakesOf("query", [
    { path: ["cursor", 0], message: "Missing key" },
    { path: ["cursor", 1], message: "Missing key" }
  ])).toEqual([{ where: "query.cursor", expected: "the `next` of the page before" }])
  expect(mistakesOf("body", [{ path: ["cursor"], message: "Missing key" }])).toEqual([
    { where: "body.cursor", expected: "a value, found none" }
  ])
})

test("tells twenty at most", () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ path: [index], message: "Missing key" }))
  expect(notAsExpected("body", mistakesOf("body", many)).mistakes).toHaveLength(20)
})
