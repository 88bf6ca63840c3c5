import { describe, expect, test } from "bun:test"
import { pageFiles } from "../src/Assets.ts"

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe("the page's files", () => {
  test("need 150 kB of compressed script at most for the first view", async () => {
    const { assets, first } = await pageFiles()
    const sizes = first.map((name) => assets.get(name)?.gzip.length ?? Number.NaN)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(150_000)
  })

  test("leave charts to the views that have some", async () => {
    const { assets, first } = await pageFiles()
    const scripts = [...assets].filter(([name]) => name.endsWith(".js"))
    const withChart = scripts.filter(([, { bytes }]) => textOf(bytes).includes("uplot") || bytes.length > 150_000)
    expect(withChart.length).toBeGreaterThan(0)
    expect(withChart.filter(([name]) => first.includes(name))).toEqual([])
  })

  test("have no script and no style in the page itself, and no address but their own", async () => {
    const { assets, page } = await pageFiles()
    const html = textOf(page.bytes)
    expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|style=|\bon[a-z]+=|https?:/)
    const named = [...html.matchAll(/\/assets\/([^"]+)/g)].flatMap(([, name]) => name ?? [])
    expect(named.length).toBeGreaterThanOrEqual(3)
    expect(named.filter((name) => !assets.has(name))).toEqual([])
  })

  test("are named after what is in them", async () => {
    const { assets } = await pageFiles()
    for (const name of assets.keys()) expect(name).toMatch(/^[a-z]+-[0-9a-z]{8}\.(js|css|svg)$/)
  })

  test("are compressed once, and the same when they are taken apart", async () => {
    const { assets } = await pageFiles()
    for (const { bytes, gzip } of assets.values()) expect(Bun.gunzipSync(gzip)).toEqual(bytes)
  })
})
