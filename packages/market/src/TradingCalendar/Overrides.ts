/** What a configuration changes about the rules of an exchange, and whether it can. */
import type { CalendarOverrides } from "@dgas/domain/CalendarOverrides"
import { foundText, pathText } from "@dgas/domain/ConfigMistakes"
import type { CalendarRules } from "./CalendarRules.ts"
import { clockText, hoursOfYear, minuteIn, regularHours, type SessionHours } from "./SessionHours.ts"

export const overridden = (rules: CalendarRules, { closed, early, open }: CalendarOverrides): CalendarRules => ({
  ...rules,
  exceptions: {
    closed: [...rules.exceptions.closed, ...closed],
    early: { ...rules.exceptions.early, ...early },
    open: { ...rules.exceptions.open, ...open }
  }
})

/**
 * A line a mistake: path in the configuration, what was found, what is expected. A date must have a session; an early
 * close lies after the regular open and not after the regular close, a late open between them, neither in the break.
 */
export const overrideMistakes = (rules: CalendarRules, overrides: CalendarOverrides): ReadonlyArray<string> => {
  const { first, last, name } = rules
  const mistakes: Array<string> = []
  const tell = (path: ReadonlyArray<string | number>, found: string, expected: string) =>
    mistakes.push(`${pathText(["calendars", name, ...path])}: found ${foundText(found)}, expected ${expected}`)

  const hoursOn = (of: CalendarRules): (date: string) => SessionHours | undefined => {
    const years = new Map<string, ReadonlyMap<string, SessionHours>>()
    return (date) => {
      const year = date.slice(0, 4)
      const known = years.get(year) ?? hoursOfYear(of, Number(year))
      years.set(year, known)
      return known.get(date)
    }
  }
  const before = hoursOn(rules)
  const after = hoursOn(overridden(rules, overrides))

  const withoutSession = (date: string): string | undefined => {
    const year = Number(date.slice(0, 4))
    if (year < first || year > last) return `a date of the years ${first} to ${last}, which ${name} knows`
    return before(date) === undefined ? `a date on which ${name} has a session` : undefined
  }

  for (const [index, date] of overrides.closed.entries()) {
    const expected = withoutSession(date)
    if (expected !== undefined) tell(["closed", index], date, expected)
  }
  for (const side of ["early", "open"] as const) {
    for (const [date, time] of Object.entries(overrides[side])) {
      const expected = withoutSession(date) ?? misplaced(regularHours(rules, date), time, side) ??
        inOrder(after(date), side)
      if (expected !== undefined) tell([side, date], time, expected)
    }
  }
  return mistakes
}

const misplaced = (regular: SessionHours, time: string, side: "early" | "open"): string | undefined => {
  const { break: pause, close, open } = regular
  const at = minuteIn(regular, time)
  const inside = at !== undefined && (side === "early" || at < close)
  const paused = inside && pause !== null &&
    (side === "early" ? at > pause[0] && at <= pause[1] : at >= pause[0] && at < pause[1])
  if (inside && !paused) return undefined
  const hours = `a time after ${clockText(open)} and ${side === "early" ? "up to" : "before"} ${clockText(close)}`
  return pause === null ? hours : `${hours}, outside the break from ${clockText(pause[0])} to ${clockText(pause[1])}`
}

/** What is left of the session once everything is overridden. */
const inOrder = (session: SessionHours | undefined, side: "early" | "open"): string | undefined => {
  if (session === undefined) return "a date that is not one of closed"
  const { close, open } = session
  if (open < close) return undefined
  return side === "early"
    ? `a time after its open at ${clockText(open)}`
    : `a time before its close at ${clockText(close)}`
}
