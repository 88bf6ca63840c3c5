/** Levels as the method's readers call them. */
import type { LevelName } from "@dgas/domain/Level"

export const levelNames: Readonly<Record<LevelName, string>> = {
  projectedDot: "Dot, projected",
  envelopeTop: "Envelope top",
  envelopeBottom: "Envelope bottom",
  z5Top: "Z5 top",
  z2Bottom: "Z2 bottom",
  z6Top: "Z6 top",
  z1Bottom: "Z1 bottom",
  oneOneHigh: "1-1 high",
  oneOneLow: "1-1 low",
  fiveNineUp: "5-9 up",
  fiveNineDown: "5-9 down",
  fiveOneUp: "5-1 up",
  fiveOneDown: "5-1 down",
  fiveTwoUp: "5-2 up",
  fiveTwoDown: "5-2 down",
  dottedLine: "Dotted line",
  blockLevel: "Block level"
}
