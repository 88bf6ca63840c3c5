/** What those are told who do not see the page: one polite region for all of it, so that nothing speaks over another. */
import { signal } from "@preact/signals"

export const said = signal("")

/** What is said together is one sentence after the other. */
const gatherMs = 500
const waiting: Array<string> = []

/** Says it once it is quiet, also where it is what was said before. */
export const say = (text: string): void => {
  said.value = ""
  if (waiting.push(text) > 1) return
  setTimeout(() => {
    said.value = waiting.splice(0).join(" ")
  }, gatherMs)
}
