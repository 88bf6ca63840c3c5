/** The line below a table with live levels. */
export const liveNote = "live: as if the bar in progress closed now; shown to people, never used for a signal"
