/**
 * A chart whose code is loaded when one is first shown.
 *
 * What could not be loaded is tried again: after a while, with the next chart, and when the connection is back.
 */
import { effect, signal } from "@preact/signals"
import { type ComponentType, h } from "preact"
import { useEffect } from "preact/hooks"
import { connection } from "../live.ts"
import { Waiting } from "../parts/Shown.tsx"
import { checkVersion } from "../version.ts"

const againMs = 5000

interface Part<Props> {
  readonly default: ComponentType<Props>
}

/** A browser remembers of an address that no module could be had there: it asks again under another one. */
const loadAgain = async <Props extends object>(
  load: () => Promise<Part<Props>>,
  tries: number
): Promise<Part<Props>> => {
  // Only the function that was built knows what its part is called.
  const address = /import\("([^"]+)"\)/.exec(String(load))?.[1]
  return address === undefined ? load() : import(`${address}?again=${tries}`)
}

export const loadedLater = <Props extends object>(load: () => Promise<Part<Props>>) => {
  const loaded = signal<ComponentType<Props> | null>(null)
  const failed = signal(false)
  let asking = false
  let tries = 0
  const ask = async () => {
    if (asking || loaded.peek() !== null) return
    asking = true
    try {
      const part = await (tries === 0 ? load() : loadAgain(load, tries))
      loaded.value = part.default
    } catch {
      tries++
      failed.value = true
      // Its file may be gone since the API is another.
      void checkVersion()
    }
    asking = false
  }
  effect(() => {
    if (connection.value === "live" && failed.peek()) void ask()
  })
  return (props: Props) => {
    const isFailed = failed.value
    useEffect(() => {
      void ask()
    }, [])
    useEffect(() => {
      if (!isFailed) return
      const timer = setInterval(ask, againMs)
      return () => clearInterval(timer)
    }, [isFailed])
    if (loaded.value !== null) return h(loaded.value, props)
    return isFailed
      ? (
        <p class="trouble" role="alert">
          The chart could not be loaded, and is tried again. Where that does not help, load the page again.
        </p>
      )
      : <Waiting />
  }
}
