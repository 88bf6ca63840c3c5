import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { decodeConfig } from "../src/Config.ts"
import { shownConfig } from "../src/ConfigView.ts"

const planted = ["pl4nted", "PL4NTED"]

const shown = (change: object) =>
  Effect.runSync(Effect.map(
    decodeConfig("test", {
      sources: { bars: { kind: "eodhd", tokenVariable: "EODHD_API_TOKEN" } },
      universes: { u: { source: "bars", calendar: "XNYS", instruments: [{ symbol: "SPY.US" }] } },
      schedules: [{ name: "s", universe: "u", trading: "30m", higher: "4h" }],
      ...change
    }),
    shownConfig
  ))

describe("a configuration that is shown", () => {
  test("has everything that is in force, also what was not told", () => {
    expect(shown({})).toMatchObject({
      timeZone: "UTC",
      sources: { bars: { kind: "eodhd", baseUrl: "https://eodhd.com/api", tokenVariable: "EODHD_API_TOKEN" } },
      universes: { u: { basis: "raw", fallbacks: [], instruments: [{ symbol: "SPY.US", tick: null }] } },
      schedules: [{ name: "s", maxLatenessHours: 72, lower: null }],
      retention: { bars1m: 400, runsLive: null },
      deadMan: null
    })
  })

  test("has no secret, wherever one was put", () => {
    const variables = {
      hook: { kind: "webhook", urlVariable: "HOOK_URL", secretVariable: "pl4nted_secret" },
      plain: {
        kind: "webhook",
        urlVariable: "PL4NTEDHOOK",
        secretVariable: "HOOK_SECRET",
        body: "{\"k\": \"pl4nted\"}"
      },
      mail: { kind: "email", from: "a@example.com", to: ["b@example.com"], keyVariable: "re_pl4nted" },
      slack: { kind: "slack", channel: "C01", baseUrl: "https://a:pl4nted@example.com/api" }
    }
    const found = shown({
      sources: {
        bars: {
          kind: "eodhd",
          baseUrl: "https://example.com/v1/pl4nted-and-long-enough?key=pl4nted",
          tokenVariable: "pl4nted"
        }
      },
      destinations: variables,
      deadMan: { url: "https://example.com/pl4nted" }
    })
    for (const secret of planted) expect(JSON.stringify(found)).not.toContain(secret)
    expect(found).toMatchObject({
      sources: { bars: { baseUrl: "https://example.com/v1/hidden?hidden", tokenVariable: "hidden" } },
      destinations: {
        hook: { urlVariable: "HOOK_URL", secretVariable: "hidden" },
        plain: { urlVariable: "hidden", secretVariable: "HOOK_SECRET", body: "hidden" },
        slack: { channel: "C01", baseUrl: "https://hidden@example.com/api", tokenVariable: "SLACK_BOT_TOKEN" }
      },
      deadMan: { url: "hidden", method: "GET" }
    })
  })
})
