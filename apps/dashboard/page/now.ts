/** The database's time, as ages are counted from, and the viewer's zone, in which times are shown. */
import { signal } from "@preact/signals"

let ahead = 0

/** Epoch milliseconds; moves every ten seconds. */
export const now = signal(performance.timeOrigin + performance.now())

const move = () => {
  now.value = performance.timeOrigin + performance.now() + ahead
}

export const setNow = (instant: number): void => {
  ahead = instant - (performance.timeOrigin + performance.now())
  move()
}

setInterval(move, 10_000)

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
