import { describe, expect, test } from "bun:test"
import { eventReader } from "../page/eventText.ts"

const text =
  "retry: 2000\n\nid: 5/1\n\nid: 5/2\nevent: run\ndata: {\"id\":\"a\"}\n\n: still here\n\nevent: reset\r\ndata: {}\r\n\r\n"

const told = [
  { name: null, data: "", id: null },
  { name: null, data: "", id: "5/1" },
  { name: "run", data: "{\"id\":\"a\"}", id: "5/2" },
  { name: null, data: "", id: null },
  { name: "reset", data: "{}", id: null }
]

describe("the events of a stream", () => {
  test("are the same wherever its text was cut", () => {
    for (const length of [1, 2, 3, 7, 1000]) {
      const eventsOf = eventReader()
      const parts = Array.from(
        { length: Math.ceil(text.length / length) },
        (_, index) => text.slice(index * length, (index + 1) * length)
      )
      expect(parts.flatMap(eventsOf)).toEqual(told)
    }
  })

  test("are not told before they are whole", () => {
    const eventsOf = eventReader()
    expect(eventsOf("id: 5/2\nevent: run\ndata: {}\n")).toEqual([])
    expect(eventsOf("\n")).toEqual([{ name: "run", data: "{}", id: "5/2" }])
  })
})
