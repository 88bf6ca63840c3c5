/**
 * What the worker's row says, and whether it can still be true.
 *
 * A worker that is killed cannot write that it is gone. One that lives writes its row with each pass, every few seconds,
 * or holds the slot that it is at under a lease which it renews; so a row that is old and a lease that ran out tell.
 */
import type { SlotRecord } from "@dgas/db/SlotHistory"
import type { SchedulerState } from "@dgas/domain/SchedulerState"
import { runId } from "./SignalRow.ts"

/** A pass, its retry after a failure and the statements of both take less, unless a slot is held. */
export const silentMs = 60_000

/** Instants in epoch milliseconds. */
export type WorkerView =
  /** No worker has ever run on this database. */
  | { readonly kind: "none" }
  | { readonly kind: "idle" | "running"; readonly at: number }
  | { readonly kind: "stopped"; readonly at: number }
  | { readonly kind: "error"; readonly at: number; readonly message: string }
  /** It died at work: what it held is free, or will be, at `leaseUntil`. */
  | { readonly kind: "died"; readonly slot: SlotRecord; readonly leaseUntil: number }
  /** It was killed between two slots, or the machine is off. */
  | { readonly kind: "silent"; readonly at: number }

/** `held` are the live slots that are running, see `SlotHistory.held`; `now` is the database's. */
export const workerView = (state: SchedulerState, held: ReadonlyArray<SlotRecord>, now: number): WorkerView => {
  const { currentRunId, errorMessage, lastRunTimestamp, nextScheduledRun, status, updatedAt } = state
  if (status === "STOPPED") return { kind: "stopped", at: updatedAt }
  if (status === "IDLE" && lastRunTimestamp === null && nextScheduledRun === null) return { kind: "none" }
  const slot = held.find(({ schedule, slotAt }) => runId(schedule, slotAt, "LIVE") === currentRunId)
  if (status === "RUNNING" && slot !== undefined) {
    return slot.leaseUntil > now
      ? { kind: "running", at: slot.updatedAt }
      : { kind: "died", slot, leaseUntil: slot.leaseUntil }
  }
  if (now - updatedAt > silentMs) return { kind: "silent", at: updatedAt }
  if (status === "ERROR") return { kind: "error", at: updatedAt, message: errorMessage ?? "without a reason" }
  return { kind: status === "RUNNING" ? "running" : "idle", at: updatedAt }
}
