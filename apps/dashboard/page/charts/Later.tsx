/** A chart whose code is loaded when one is first shown. */
import { signal } from "@preact/signals"
import { type ComponentType, h } from "preact"
import { Waiting } from "../parts/Shown.tsx"

const lost = "The chart could not be loaded. The page may be older than the API: load it again."

export const loadedLater = <Props extends object>(load: () => Promise<ComponentType<Props>>) => {
  const loaded = signal<ComponentType<Props> | null>(null)
  const failed = signal(false)
  let asked = false
  const ask = async () => {
    try {
      loaded.value = await load()
    } catch {
      failed.value = true
    }
  }
  return (props: Props) => {
    if (!asked) {
      asked = true
      void ask()
    }
    if (failed.value) return <p class="trouble" role="alert">{lost}</p>
    return loaded.value === null ? <Waiting /> : h(loaded.value, props)
  }
}
