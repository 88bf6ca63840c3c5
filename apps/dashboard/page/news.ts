/**
 * What happened while nobody looked: new signals and the connection, told to screen readers; signals that came while the
 * tab was hidden, for its title.
 *
 * The stream tells of a signal also when it is another, as when somebody acknowledged it: what is new is what the list
 * has, was told of for the first time, and nobody has acknowledged.
 */
import { effect, signal } from "@preact/signals"
import { call } from "./client.ts"
import { connectionText } from "./connectionText.ts"
import { connection, onChange } from "./live.ts"
import { origin } from "./Place.ts"
import { say } from "./said.ts"
import { plural } from "./texts.ts"

/** New signals since the tab was hidden; 0 while it is seen. */
export const unseen = signal(0)

/** Those of one run come together. */
const gatherMs = 1000
/** A list has the newest first: those that were told of are among so many more. */
const beside = 20
const most = 200
const againMs = 5000
/** A connection that is back by then was not missed. */
const missedMs = 3000

const counted = new Set<string>()
const mostCounted = 5000
let told = new Set<string>()
let timer: ReturnType<typeof setTimeout> | null = null

const countLater = (waitMs: number) => {
  timer ??= setTimeout(() => {
    timer = null
    void count()
  }, waitMs)
}

const count = async () => {
  const ids = told
  told = new Set()
  try {
    const limit = String(Math.min(most, ids.size + beside))
    const { items } = await call("listSignals", { query: { limit, origin: origin.peek() } })
    const fresh = items.filter(({ acknowledgedAt, id }) => acknowledgedAt === null && ids.has(id))
    for (const id of ids) counted.add(id)
    for (const id of [...counted].slice(0, -mostCounted)) counted.delete(id)
    if (fresh.length === 0) return
    say(`${plural(fresh.length, "new signal")}.`)
    if (document.visibilityState === "hidden") unseen.value += fresh.length
  } catch {
    // The lists say why nothing can be read.
    for (const id of ids) told.add(id)
    countLater(againMs)
  }
}

const sentence = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`

const tellOfConnection = () => {
  let waiting: ReturnType<typeof setTimeout> | undefined
  let isMissed = false
  effect(() => {
    clearTimeout(waiting)
    if (connection.value === "live") {
      if (isMissed) say("Connected again.")
      isMissed = false
    } else if (connection.value !== "connecting" && !isMissed) {
      waiting = setTimeout(() => {
        isMissed = true
        say(sentence(connectionText.peek()))
      }, missedMs)
    }
  })
}

export const tellNews = (): void => {
  onChange(({ id, kind, origin: of }) => {
    if (kind !== "signal" || id === null || counted.has(id)) return
    if (origin.peek() !== "ALL" && of !== origin.peek()) return
    told.add(id)
    countLater(gatherMs)
  })
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") unseen.value = 0
  })
  tellOfConnection()
}
