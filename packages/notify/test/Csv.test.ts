import { describe, expect, test } from "bun:test"
import { csvText } from "../src/Csv.ts"

const columns = [{ name: "value", value: (value: string | number | boolean | null) => value }]
const cellOf = (value: string | number | boolean | null) => csvText(columns, [value]).slice("value\n".length)

describe("csvText", () => {
  test("has nothing that a spreadsheet would run, and numbers as they are", () => {
    for (const sign of ["=", "+", "-", "@", "\t"]) expect(cellOf(`${sign}1`)).toBe(`'${sign}1`)
    expect(cellOf("\r=1")).toBe("\"'\r=1\"")
    expect(cellOf(-1.5)).toBe("-1.5")
    expect(cellOf(null)).toBe("")
    expect(cellOf(false)).toBe("false")
  })

  test("quotes what would end a cell or a line", () => {
    expect(cellOf("a,b")).toBe("\"a,b\"")
    expect(cellOf("a\nb")).toBe("\"a\nb\"")
    expect(cellOf("say \"b\"")).toBe("\"say \"\"b\"\"\"")
    expect(cellOf("a-b")).toBe("a-b")
  })
})
