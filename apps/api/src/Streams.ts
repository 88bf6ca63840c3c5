/** How many streams are open, and of whom: each is a connection that stays. */

const mostOfAll = 200
/** A browser opens no more connections to one server either. */
const mostOfOne = 8

/** What whoever may not enter is told. */
export const tooManyStreams =
  `too many streams are open, expected at most ${mostOfOne} of one key or address and ${mostOfAll} of all: close one, or come again later`

export class Streams {
  readonly #open = new Map<string, number>()
  #all = 0

  /** Comes back with what is to be called when it is over, or null where there are too many. */
  enter(client: string): (() => void) | null {
    const own = this.#open.get(client) ?? 0
    if (own >= mostOfOne || this.#all >= mostOfAll) return null
    this.#open.set(client, own + 1)
    this.#all++
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      this.#all--
      const left = (this.#open.get(client) ?? 1) - 1
      if (left === 0) this.#open.delete(client)
      else this.#open.set(client, left)
    }
  }
}
