/**
 * The result of a signal's order had it been given at another bar: what a random entry is judged by.
 *
 * The entry is that bar's close; stop and target keep their distance in percent of the entry, the holding rules are the
 * signal's own. Exit signals do not end it: they belong to the method that is judged.
 */
import type { Rules } from "@dgas/domain/Rules"
import { type Order, OutcomeMachine, type Prices } from "@dgas/engine/signals/OutcomeMachine"

const noFiner = (): ReadonlyArray<Prices> => []

/** R after costs of `order` moved to the close of `bars[at]`; null where it never fills or the bars end first. `finer` are those inside a bar. */
export const movedResult = (
  order: Order,
  bars: ReadonlyArray<Prices>,
  at: number,
  rules: Rules,
  finer: (next: number) => ReadonlyArray<Prices> = noFiner
): number | null => {
  const close = bars[at]?.close
  if (close === undefined) return null
  const scale = close / order.entry
  const machine = new OutcomeMachine(
    { ...order, entry: close, stop: order.stop * scale, target: order.target * scale },
    rules
  )
  for (let next = at + 1; next < bars.length && machine.status !== "final"; next++) {
    machine.feed(bars[next]!, finer(next))
  }
  const { filled, r } = machine.result()
  return machine.status === "final" && filled ? r : null
}
