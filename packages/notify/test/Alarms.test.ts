import { decodeConfig } from "@dgas/domain/Config"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { alarmAlert, type AlarmAudience, alarmMessages } from "../src/Alarms.ts"
import { textOf } from "../src/Console.ts"
import { listenersOf } from "../src/Listener.ts"
import { aMute, destination } from "./listeners.ts"
import { slotAt } from "./signals.ts"

const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "sim" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "a", universe: "u", trading: "30m", higher: "4h", channels: [] }]
}))
const alarm = (severity: "info" | "warning" | "critical") =>
  alarmAlert({
    id: "alarm/destination/desk/1h/2026-01-05T13:30:00.000Z/1",
    severity,
    title: "desk has taken no message for 1 h",
    lines: ["last answer: 503", "2 messages wait"],
    zone: "UTC"
  })
const told = (severity: "info" | "warning" | "critical", change: Partial<AlarmAudience> = {}) =>
  alarmMessages(alarm(severity), {
    listeners: [destination("desk"), destination("phone", {}, { channel: "telegram" })],
    except: null,
    mutes: [],
    at: slotAt,
    ...change
  })
const places = (messages: ReturnType<typeof told>) => messages.map(({ destination }) => destination)

describe("an alarm", () => {
  test("goes to everybody, by an id of its name, its beginning and its number", () => {
    expect(told("warning")).toMatchObject([
      {
        id: `${alarm("warning").id}/webhook/desk`,
        kind: "alarm",
        signalIds: [],
        payload: { title: alarm("info").title }
      },
      { id: `${alarm("warning").id}/telegram/phone`, kind: "alarm", channel: "telegram", destination: "phone" }
    ])
  })

  test("goes to no destination that it is about, and not to those that do not want it", () => {
    const listeners = [
      destination("desk"),
      destination("all", { alarms: "all" }),
      destination("worst", { alarms: "critical" }),
      destination("none", { alarms: "none" })
    ]
    expect(places(told("warning", { listeners, except: "desk" }))).toEqual(["all"])
    expect(places(told("critical", { listeners, except: "desk" }))).toEqual(["all", "worst"])
  })

  test("is printed on the console, as lines without a table", () => {
    const [message] = told("critical", { listeners: listenersOf(config, []) })
    expect(message?.id).toBe(`${alarm("critical").id}/console/terminal`)
    expect(Effect.runSync(textOf(message?.payload, false))).toBe(
      "desk has taken no message for 1 h\nlast answer: 503\n2 messages wait"
    )
    expect(told("critical", { listeners: listenersOf(config, []), except: "console" })).toEqual([])
  })

  test("that is critical is told although it is muted, a warning is not", () => {
    const mutes = [aMute({ destination: "desk" })]
    expect(told("critical", { mutes }).map(({ suppressed }) => suppressed)).toEqual([undefined, undefined])
    const [muted, phone] = told("warning", { mutes })
    expect(muted).toMatchObject({ id: `${alarm("warning").id}/webhook/desk/suppressed/mute-k2x9m` })
    expect(muted?.suppressed).toStartWith("muted by ann")
    expect(phone?.suppressed).toBeUndefined()
    expect(told("warning", { mutes: [aMute()] }).every(({ suppressed }) => suppressed !== undefined)).toBe(true)
    const ofSignals = [aMute({ symbol: "SIM-A" }), aMute({ schedule: "a", destination: "desk" })]
    expect(told("warning", { mutes: ofSignals }).every(({ suppressed }) => suppressed === undefined)).toBe(true)
  })

  test("waits for the end of quiet hours, unless it is critical", () => {
    const listeners = [destination("phone", { quietHours: { from: "14:00", until: "15:00" } })]
    expect(told("warning", { listeners })[0]?.notBefore).toBe(slotAt + 30 * 60_000)
    expect(told("critical", { listeners })[0]?.notBefore).toBeUndefined()
  })
})
