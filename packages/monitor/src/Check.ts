/** One line of health: what was looked at, whether it is well, and what was found. */

/** `value` is the number that the check is about, in `unit`; null where there is none. */
export interface Check {
  readonly check:
    | "database"
    | "disk"
    | "clocks"
    | "worker"
    | "runs"
    | "slots"
    | "messages"
    | "restored"
    | "destination"
    | "bars"
    | "calendar"
  /** What it is about: a schedule, a universe, a calendar; empty where there is one only. */
  readonly subject: string
  readonly ok: boolean
  readonly found: string
  readonly value: number | null
  readonly unit: "ms" | "days" | "bytes" | "slots" | "messages" | ""
}

export const check = (
  name: Check["check"],
  subject: string,
  ok: boolean,
  found: string,
  value: number | null = null,
  unit: Check["unit"] = ""
): Check => ({ check: name, subject, ok, found, value, unit })
