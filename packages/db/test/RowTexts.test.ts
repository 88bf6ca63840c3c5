import { describe, expect, it } from "bun:test"
import { RowTexts } from "../src/RowTexts.ts"

const row = (id: string, version = "1") => ({ id, version, of: `${id}${version}` })
const textsOf = (most: number) => new RowTexts(most, (one) => JSON.stringify(one["of"]))

describe("RowTexts", () => {
  it("knows rows in the order that is asked for, and none when one is not known", () => {
    const texts = textsOf(9)
    expect(texts.made([row("a"), row("b")])).toEqual(["\"a1\"", "\"b1\""])
    expect(texts.known([row("b"), row("a")])).toEqual(["\"b1\"", "\"a1\""])
    expect(texts.known([row("a"), row("c")])).toBeNull()
    expect(texts.known([])).toEqual([])
  })

  it("knows a row only as long as it is the same", () => {
    const texts = textsOf(9)
    texts.made([row("a")])
    expect(texts.known([row("a", "2")])).toBeNull()
    texts.made([row("a", "2")])
    expect(texts.known([row("a", "2")])).toEqual(["\"a2\""])
    expect(texts.known([row("a")])).toBeNull()
  })

  it("keeps as many as it may, those that were used last", () => {
    const texts = textsOf(2)
    texts.made([row("a"), row("b")])
    texts.known([row("a")])
    texts.made([row("c")])
    expect([row("a"), row("b"), row("c")].map((one) => texts.known([one]) !== null)).toEqual([true, false, true])
  })
})
