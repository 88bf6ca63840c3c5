/** How far each entry of the browser's history was scrolled when it was left: whoever goes back is where they were. */

// The browser would do it before the view is there.
history.scrollRestoration = "manual"

const depths = new Map<number, number>()

/** The entry that is shown, by a number that stays with it. */
const enter = (): number => {
  const known: unknown = history.state
  if (typeof known === "number") return known
  const made = performance.timeOrigin + performance.now()
  history.replaceState(made, "")
  return made
}

let entry = enter()
let wanted = 0

addEventListener("scroll", () => depths.set(entry, scrollY), { passive: true })
addEventListener("hashchange", () => {
  entry = enter()
  wanted = depths.get(entry) ?? 0
})

/** Pixels; 0 of what was not seen before. */
export const scrolledTo = (): number => wanted
