import { describe, expect, test } from "bun:test"
import { csvOf } from "../page/csv.ts"

describe("a list as CSV", () => {
  test("has a line a row, with quotes where they are needed", () => {
    expect(csvOf([{ id: "a", text: "one, \"two\"\nthree", none: null }])).toBe(
      "id,text,none\r\na,\"one, \"\"two\"\"\nthree\",\r\n"
    )
  })

  test("lets no spreadsheet compute what came as text, and leaves numbers numbers", () => {
    expect(csvOf([{ text: "=1+1", plus: "+x", minus: "-x", at: "@x", number: -1.5 }])).toBe(
      "text,plus,minus,at,number\r\n'=1+1,'+x,'-x,'@x,-1.5\r\n"
    )
  })
})
