/**
 * Where the viewer is: the view, what it is of, and its filters, all in the hash, so that every state is a link.
 *
 * `#/signals/ID?origin=REPLAY`. The origin goes along from view to view; LIVE is not written.
 */
import { computed, signal } from "@preact/signals"

export const views = ["overview", "signals", "symbol", "calibration", "runs", "deliveries", "settings"] as const
export type View = typeof views[number]

export const origins = ["LIVE", "REPLAY", "DEMO", "ALL"] as const
export type Origin = typeof origins[number]

export type Filters = Readonly<Record<string, string>>

export interface Place {
  readonly view: View | null
  /** Of one thing: its id, decoded; null of a list. */
  readonly id: string | null
  readonly filters: Filters
}

const isView = (text: string): text is View => views.some((view) => view === text)
const isOrigin = (text: string | undefined): text is Origin => origins.some((origin) => origin === text)

const decoded = (text: string) => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const placeOf = (hash: string): Place => {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2)
  const [view = "", id] = path.split("/")
  return {
    view: view === "" ? "overview" : isView(view) ? view : null,
    id: id === undefined || id === "" ? null : decoded(id),
    filters: Object.fromEntries(new URLSearchParams(search))
  }
}

export const place = signal<Place>(placeOf(location.hash))
addEventListener("hashchange", () => {
  place.value = placeOf(location.hash)
})

export const origin = computed<Origin>(() => {
  const said = place.value.filters["origin"]
  return isOrigin(said) ? said : "LIVE"
})

export const hashOf = (view: View, id: string | null = null, filters: Filters = {}): string => {
  const wanted: Filters = { origin: origin.value, ...filters }
  const given = Object.entries(wanted).filter(([key, value]) => value !== "" && !(key === "origin" && value === "LIVE"))
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`
  return `#/${view}${id === null ? "" : `/${encodeURIComponent(id)}`}${search}`
}

/** Changes filters of the view that is shown, without a step back for each key. An empty one is taken away. */
export const setFilters = (changed: Filters): void => {
  const { filters, id, view } = place.value
  history.replaceState(history.state, "", hashOf(view ?? "overview", id, { ...filters, ...changed }))
  place.value = placeOf(location.hash)
}

export const goTo = (hash: string): void => {
  location.hash = hash
}
