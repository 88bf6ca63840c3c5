import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { desktop } from "../src/Desktop.ts"
import { type Notifier, notifierOf } from "../src/Notifier.ts"
import * as alerts from "./alerts.ts"

const it = effectTest(Layer.empty)

const hostile = "--help \"; do shell script \"id\" $(id) `id` '); & <b>"

/** Says back what it was given, as this very runtime, which is there wherever the tests are. */
const running = (script: string): Notifier => ({
  command: process.execPath,
  arguments: (title, body, urgent) => ["-e", script, "--", title, body, String(urgent)]
})

const noteTo = (notifier: Notifier | null) => {
  const channel = desktop(notifier)
  const { payload } = channel.render(alerts.several)[0]!
  return channel.deliver({ id: "1", kind: "signals", payload, repliesTo: null })
}

describe("a note on the desktop", () => {
  it.live("is shown by a command, with its texts as arguments", () =>
    Effect.gen(function*() {
      const tried = yield* noteTo(running("console.log(JSON.stringify(process.argv.slice(-3)))"))
      expect(tried).toMatchObject({ outcome: "taken", status: null, receipt: null })
      const [title, body, urgent]: ReadonlyArray<string> = JSON.parse(tried.answer)
      expect(title).toBe(alerts.several.title)
      expect(body!.split("\n")[0]).toStartWith("EXIT_SHORT ETHUSDT 30m at 3000.00")
      expect(urgent).toBe("false")
    }))

  it.live("says why it cannot be shown", () =>
    Effect.gen(function*() {
      expect(yield* noteTo({ command: "no-such-notify-send", arguments: () => [] })).toMatchObject({
        outcome: "unusable",
        answer: "no-such-notify-send was not found: install it, or take this destination away"
      })
      const tried = yield* noteTo(running("console.error('Cannot autolaunch D-Bus without X11'); process.exit(1)"))
      expect(tried.outcome).toBe("unusable")
      expect(tried.answer).toEndWith("is there a desktop? Cannot autolaunch D-Bus without X11")
      expect(yield* noteTo(null)).toMatchObject({ outcome: "unusable" })
    }))

  it.effect("is given up after 5 s", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(noteTo(running("setInterval(() => {}, 1000)")))
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ outcome: "again", durationMs: 5000 })
    }))

  it.live("is none of ours when the outbox holds something else", () =>
    Effect.gen(function*() {
      const tried = yield* desktop(running("")).deliver({
        id: "1",
        kind: "signals",
        payload: { text: "x" },
        repliesTo: null
      })
      expect(tried.outcome).toBe("never")
    }))
})

describe("the command of a platform", () => {
  test("of Linux takes texts after its options, and no markup", () => {
    const given = notifierOf("linux")!.arguments(hostile, hostile, true)
    expect(given.slice(given.indexOf("--") + 1)).toEqual([
      hostile,
      hostile.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    ])
    expect(given).toContain("--urgency=critical")
  })

  test("of macOS runs the same script for all texts", () => {
    const { arguments: given } = notifierOf("darwin")!
    expect(given(hostile, hostile, false).slice(0, 6)).toEqual(given("a", "b", false).slice(0, 6))
    expect(given(hostile, hostile, false).slice(6)).toEqual([`dgas: ${hostile}`, hostile])
  })

  test("of Windows reads texts from base64 alone", () => {
    const encoded = notifierOf("win32")!.arguments(hostile, hostile, false).at(-1)!
    const script = Buffer.from(encoded, "base64").toString("utf16le")
    expect(script).not.toContain("shell script")
    const texts = /'([\w+/=]+)', '([\w+/=]+)'/.exec(script)!.slice(1)
    expect(texts.map((text) => Buffer.from(text, "base64").toString())).toEqual([hostile, hostile])
  })

  test("of others is not known", () => {
    expect(notifierOf("aix")).toBe(null)
  })
})
