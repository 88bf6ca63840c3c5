/**
 * Whether the API serves another page by now than the one that is open: its files are named after what is in them.
 *
 * It is looked at when the connection is back, as after an upgrade, and when a part of the page could not be loaded.
 */
import { effect, signal } from "@preact/signals"
import { connection } from "./live.ts"
import { say } from "./said.ts"

export const isOutdated = signal(false)

const filesOf = (html: string): string => [...html.matchAll(/\/assets\/[\w.-]+/g)].map(([file]) => file).join(" ")

/** Taken when the page starts: later there may be others in its head. */
const loaded = filesOf(document.head.innerHTML)

/** Where nothing is answered, nothing is known, and it is looked at again with the next connection. */
export const checkVersion = async (): Promise<void> => {
  try {
    const response = await fetch("/", { cache: "no-cache" })
    const served = response.ok ? filesOf(await response.text()) : ""
    if (served === "" || served === loaded || isOutdated.peek()) return
    isOutdated.value = true
    say("A new version of this page is here.")
  } catch {
    // The page says already that the API cannot be reached.
  }
}

export const keepCheckingVersion = (): void => {
  let wasLost = false
  effect(() => {
    if (connection.value === "live" && wasLost) void checkVersion()
    wasLost = connection.value !== "live"
  })
}
