/**
 * How much space the disk of a folder has left.
 *
 * A disk that runs full stops a database: its statements fail one by one, and at the next file of its log it goes down, to
 * come back when there is space. Nothing that was committed is lost by it. What root alone may use is not counted.
 */
import * as Effect from "effect/Effect"
import { statfs } from "node:fs/promises"

export interface DiskLeft {
  readonly folder: string
  readonly bytesLeft: number
  readonly bytesTotal: number
}

/** Below either somebody should look. */
const lowBytes = 1 << 30
const lowShare = 0.05
/** PostgreSQL takes its log by files of 16 MB, so below this it may be stopped by what is left. */
const fullBytes = 16 << 20

/** Null where the operating system does not tell, or the folder is not there. */
export const diskLeft = (folder: string): Effect.Effect<DiskLeft | null> =>
  Effect.tryPromise(() => statfs(folder)).pipe(
    Effect.map(({ bavail, blocks, bsize }) => ({ folder, bytesLeft: bavail * bsize, bytesTotal: blocks * bsize })),
    Effect.orElseSucceed(() => null)
  )

export const isLow = ({ bytesLeft, bytesTotal }: DiskLeft): boolean =>
  bytesLeft < lowBytes || bytesLeft < lowShare * bytesTotal

export const isFull = ({ bytesLeft }: DiskLeft): boolean => bytesLeft < fullBytes

/** In one clause, for people. */
export const diskText = ({ bytesLeft, bytesTotal, folder }: DiskLeft): string =>
  `the disk of ${folder} has ${sizeText(bytesLeft)} of ${sizeText(bytesTotal)} left`

/** A warning when the disk of `folder` has less than 1 GB or 5 % left, else null. */
export const diskWarning = (folder: string): Effect.Effect<string | null> =>
  Effect.map(
    diskLeft(folder),
    (left) => left !== null && isLow(left) ? `${diskText(left)}, expected 1 GB and 5 %` : null
  )

/** Bytes as MB, GB or TB of a thousand. */
export const sizeText = (bytes: number): string => {
  const [unit, size] = bytes < 1e9 ? ["MB", 1e6] as const : bytes < 1e12 ? ["GB", 1e9] as const : ["TB", 1e12] as const
  const count = bytes / size
  return `${count < 10 ? count.toFixed(1) : Math.round(count)} ${unit}`
}
