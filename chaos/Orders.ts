/**
 * What the harness wants a worker to do to itself, and where in its work.
 *
 * An order is a file that the worker looks for whenever it passes a named point. It takes the file away before it
 * obeys, so the worker that is started in its place does not do it again.
 */
import type { SlotClaim } from "@dgas/domain/Slot"
import * as Schema from "effect/Schema"
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Places in a cycle, in the printing of its messages, and in their delivery over HTTP, in their order. */
export const Point = Schema.Literals([
  "after claim",
  "after fetch",
  "after compute",
  "before commit",
  "during commit",
  "after commit",
  "before print",
  "after print",
  "after acknowledge",
  "before post",
  "after post"
])
export type Point = typeof Point.Type

export const Order = Schema.Struct({
  id: Schema.Int,
  /** End at once as by SIGKILL, stand still until SIGCONT, or have the worker's own clock jump. */
  act: Schema.Literals(["die", "freeze", "jump"]),
  point: Point,
  /** At which passing of the point, from 1. */
  passes: Schema.Int,
  /** Only while it holds this slot; null for any. */
  slot: Schema.NullOr(Schema.Struct({ schedule: Schema.String, slotAt: Schema.Int })),
  /** Of a jump by how much; of a death during the commit how long after the statement left. */
  ms: Schema.Int
})
export type Order = typeof Order.Type

const file = (folder: string, worker: string) => join(folder, `order-${worker}.json`)
const Text = Schema.fromJsonString(Order)
const decodeText = Schema.decodeSync(Text)
const encodeText = Schema.encodeSync(Text)

export const give = (folder: string, worker: string, order: Order): void => {
  const path = file(folder, worker)
  writeFileSync(`${path}.new`, encodeText(order))
  renameSync(`${path}.new`, path)
}

export const withdraw = (folder: string, worker: string): void => rmSync(file(folder, worker), { force: true })

const waiting = (folder: string, worker: string): Order | null => {
  try {
    return decodeText(readFileSync(file(folder, worker), "utf8"))
  } catch {
    return null
  }
}

const isOf = ({ slot }: Order, held: SlotClaim | null) =>
  slot === null || (slot.schedule === held?.schedule && slot.slotAt === held.slotAt)

/** The worker's side: counts how often it has passed since the order was given, and hands it out when it is time. */
export const makeOrders = (folder: string, worker: string) => {
  let counted = { id: 0, passes: 0 }
  const take = (point: Point, held: SlotClaim | null): Order | null => {
    const order = waiting(folder, worker)
    if (order === null || order.point !== point || !isOf(order, held)) return null
    if (counted.id !== order.id) counted = { id: order.id, passes: 0 }
    counted.passes++
    if (counted.passes < order.passes) return null
    withdraw(folder, worker)
    return order
  }
  return { take }
}
