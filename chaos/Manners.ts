/** How a receiver treats a request, each in its own way, in turns of good and bad seconds. */
import type { ReceiverName } from "./Destinations.ts"
import type { Dice } from "./Dice.ts"

/**
 * `status` is answered after a while. `silence` says nothing for as long as the sender waits, `reset` cuts the connection
 * before anything was done. `forgets` does what it is asked, and cuts the connection instead of saying so.
 */
export type Treatment =
  | { readonly kind: "status"; readonly status: number; readonly afterMs: number }
  | { readonly kind: "silence" | "reset" | "forgets" }

const well: Treatment = { kind: "status", status: 200, afterMs: 0 }

/** Whether a turn of `everyMs` is between two moments of it. */
const within = (atMs: number, everyMs: number, from: number, to: number): boolean =>
  atMs % everyMs >= from && atMs % everyMs < to

/** `atMs` since it began; `isOver` when nothing is to go wrong any more. */
export const treatment = (name: ReceiverName, dice: Dice, atMs: number, isOver: boolean): Treatment => {
  const draw = dice.between(0, 99)
  // Below the time that a try has.
  if (name === "slow") {
    return { ...well, afterMs: draw < 10 ? dice.between(1000, 2500) : dice.between(20, 300) }
  }
  if (isOver) return well
  switch (name) {
    case "well":
      return well
    case "failing":
      return within(atMs, 17_000, 4000, 8000) ? { ...well, status: 500 } : draw < 4 ? { ...well, status: 503 } : well
    case "silent":
      return within(atMs, 23_000, 5000, 9000)
        ? { kind: "silence" }
        : within(atMs, 23_000, 9000, 12_000)
        ? { kind: "reset" }
        : well
    case "forgetful":
      return draw < 8 ? { kind: "forgets" } : well
  }
}
