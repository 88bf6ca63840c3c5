/**
 * Leads a worker through the suite: obeys orders at the points that it passes, writes its journal, and sets its clock wrong.
 *
 * The clock of the machine as this process sees it, `Date.now`, tells market time, wrong by its skew. What is measured from
 * a start (`performance.now`, `process.hrtime`) goes on in real time, as it does on a machine whose clock somebody sets.
 */
import type { SlotClaim } from "@dgas/domain/Slot"
import { append, type Entry } from "./Journal.ts"
import { marketAt, readMarket } from "./Market.ts"
import { makeOrders, type Order, type Point } from "./Orders.ts"
import { lifeFiles, type Setup } from "./Setup.ts"

/** An entry before it is dated. */
type Undated<E> = E extends Entry ? Omit<E, "at"> : never

export interface Guide {
  /** The slot that was claimed last. */
  readonly claim: SlotClaim | null
  /** Market time when a clock that goes as the database's said `at`; now unless told. Epoch milliseconds. */
  readonly marketTime: (at?: number) => number
  readonly note: (entry: Undated<Entry>) => void
  readonly pass: (point: Point) => void
  readonly claimed: (claim: SlotClaim) => void
  /** The database has said whether it took the end of a slot. */
  readonly answered: (claim: SlotClaim, taken: boolean) => void
}

const rereadMs = 20
/** Then somebody has set the clock right again. */
const jumpLastsMs = 4000

export const makeGuide = (setup: Setup): Guide => {
  const { journal } = lifeFiles(setup)
  const orders = makeOrders(setup.folder, setup.worker)
  const now = Date.now.bind(Date)
  let skewMs = setup.skewMs
  let held: SlotClaim | null = null
  // It is asked often, and the market only ever changes by standing still.
  let market = { time: readMarket(setup.folder), readAt: performance.now() }
  const marketTime = () => {
    if (performance.now() - market.readAt > rereadMs) {
      market = { time: readMarket(setup.folder), readAt: performance.now() }
    }
    return market.time
  }
  Date.now = () => marketAt(marketTime(), now()) + skewMs

  const note = (entry: Undated<Entry>) => append(journal, { ...entry, at: now() })

  const obey = ({ act, ms, point }: Order) => {
    note({ what: "obeyed", act, point })
    if (act === "jump") {
      skewMs += ms
      setTimeout(() => {
        skewMs -= ms
      }, jumpLastsMs).unref()
    } else process.kill(process.pid, act === "die" ? "SIGKILL" : "SIGSTOP")
  }

  const pass = (point: Point) => {
    const order = orders.take(point, held)
    if (order === null) return
    // The statement must have left the process when this dies, so it does not die here and now.
    if (point === "during commit") setTimeout(() => obey(order), order.ms)
    else obey(order)
  }

  const noted = (what: "claimed" | "finished" | "refused", { fence, schedule, slotAt }: SlotClaim) => {
    note({ what, schedule, slotAt, fence })
  }

  return {
    get claim() {
      return held
    },
    marketTime: (at = now()) => marketAt(marketTime(), at),
    note,
    pass,
    claimed: (claim) => {
      held = claim
      noted("claimed", claim)
      pass("after claim")
    },
    answered: (claim, taken) => noted(taken ? "finished" : "refused", claim)
  }
}
