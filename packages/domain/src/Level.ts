/** The levels of the method by name, and what price can do at one of them. */
import * as Schema from "effect/Schema"

/** Levels of the next bar that its timeframe projects, in the order in which they are shown. */
export const LevelName = Schema.Literals([
  "projectedDot",
  "envelopeTop",
  "envelopeBottom",
  "z5Top",
  "z2Bottom",
  "z6Top",
  "z1Bottom",
  "oneOneHigh",
  "oneOneLow",
  "fiveNineUp",
  "fiveNineDown",
  "fiveOneUp",
  "fiveOneDown",
  "fiveTwoUp",
  "fiveTwoDown",
  "dottedLine",
  "blockLevel"
])
export type LevelName = typeof LevelName.Type

/** What price can meet: a level, the area of the envelope, or a confluence zone. */
export const LevelTarget = Schema.Literals([...LevelName.literals, "envelope", "zone"])
export type LevelTarget = typeof LevelTarget.Type

/**
 * What a bar did at a level or zone that was known before it opened, seen from the close before it: came near, reached
 * it and closed back, closed beyond it, closed inside it (of a line: near it) coming from outside, or closed outside
 * coming from inside.
 */
export const LevelEventKind = Schema.Literals(["approach", "touch", "exceed", "enter", "exit"])
export type LevelEventKind = typeof LevelEventKind.Type
