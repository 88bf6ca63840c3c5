/** A chart whose code is loaded when one is first shown. */
import { signal } from "@preact/signals"
import { type ComponentType, h } from "preact"
import { Failure } from "../client.ts"
import { Trouble, Waiting } from "../parts/Shown.tsx"

export const loadedLater = <Props extends object>(load: () => Promise<ComponentType<Props>>) => {
  const loaded = signal<ComponentType<Props> | null>(null)
  const failed = signal<Failure | null>(null)
  let asked = false
  const ask = async () => {
    try {
      loaded.value = await load()
    } catch {
      failed.value = new Failure(0, "The chart could not be loaded; the page may be older than the API: load it again.")
    }
  }
  return (props: Props) => {
    if (!asked) {
      asked = true
      void ask()
    }
    if (failed.value !== null) return <Trouble failure={failed.value} />
    return loaded.value === null ? <Waiting /> : h(loaded.value, props)
  }
}
