/** The types of signals, to choose from. */
export const signalTypes = [
  ["LONG", "long"],
  ["SHORT", "short"],
  ["EXIT_LONG", "exit long"],
  ["EXIT_SHORT", "exit short"]
] as const
