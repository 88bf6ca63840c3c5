/**
 * Answers of the API, kept while the page is open: a view that is shown again has its content at once.
 *
 * An answer is asked for again when the stream tells of something that it holds, or when it is old; several changes in a
 * moment are one question. An answer that could not be had leaves the one before it in its place.
 */
import { type Signal, signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { type AnswerOf, type AskedOf, call, type Callable, Failure } from "./client.ts"
import { type Kind, onChange } from "./live.ts"

export interface Answer<T> {
  readonly value: T | null
  readonly failure: Failure | null
  readonly loading: boolean
}

/** The events that change what a route answers. What is not here changes by this page alone. */
const changedBy: { readonly [Name in Callable]?: ReadonlyArray<Kind> } = {
  getScheduler: ["run"],
  getHealth: ["run", "delivery"],
  getPerformance: ["run"],
  listRuns: ["run"],
  getRun: ["run", "signal", "outcome"],
  listSlots: ["run"],
  slotDays: ["run"],
  listSymbols: ["run"],
  listSignals: ["signal", "outcome"],
  getSignal: ["signal", "outcome", "delivery"],
  listGeometry: ["run"],
  getLevels: ["run"],
  getAnalysis: ["run"],
  getCalibration: ["outcome"],
  getEdge: ["outcome"],
  listDeliveries: ["delivery"],
  getDelivery: ["delivery"],
  listDestinations: ["delivery"]
}

/** Changes that come together are one question. */
const gatherMs = 400
/** After that long an answer is asked for again when its view is shown. */
const oldAfterMs = 30_000

interface Entry {
  readonly state: Signal<Answer<unknown>>
  readonly name: Callable
  readonly ask: () => Promise<unknown>
  readonly shown: Set<symbol>
  timer: ReturnType<typeof setTimeout> | null
  asking: boolean
  /** Something changed while it was asked for. */
  again: boolean
  askedAt: number | null
}

const entries = new Map<string, Entry>()

const load = async (entry: Entry): Promise<void> => {
  if (entry.asking) return
  entry.asking = true
  entry.askedAt = performance.now()
  entry.state.value = { ...entry.state.value, loading: true }
  try {
    entry.state.value = { value: await entry.ask(), failure: null, loading: false }
  } catch (thrown) {
    const failure = thrown instanceof Failure ? thrown : new Failure(0, String(thrown))
    entry.state.value = { ...entry.state.value, failure, loading: false }
    if (failure.status === 0 || failure.status === 429 || failure.status === 503) {
      later(entry, Math.max(2, failure.retryAfterS) * 1000)
    }
  } finally {
    entry.asking = false
    if (entry.again) {
      entry.again = false
      makeStale(entry)
    }
  }
}

const later = (entry: Entry, waitMs: number) => {
  if (entry.timer !== null) return
  entry.timer = setTimeout(() => {
    entry.timer = null
    if (entry.shown.size > 0) void load(entry)
  }, waitMs)
}

/** What is shown is asked for again soon, what is not when it is shown. */
const makeStale = (entry: Entry) => {
  if (entry.asking) {
    // What is on its way may be of before the change.
    entry.again = true
    return
  }
  entry.askedAt = null
  if (entry.shown.size > 0) later(entry, gatherMs)
}

onChange(({ kind }) => {
  for (const entry of entries.values()) {
    if (kind === "reset" || changedBy[entry.name]?.includes(kind) === true) makeStale(entry)
  }
})

/** After something was done: the answers of these routes are asked for again. */
export const refresh = (...names: ReadonlyArray<Callable>): void => {
  for (const entry of entries.values()) if (names.includes(entry.name)) makeStale(entry)
}

const entryOf = <Name extends Callable>(name: Name, asked: AskedOf<Name>): Entry => {
  const key = JSON.stringify([name, asked])
  const known = entries.get(key)
  if (known !== undefined) return known
  const made: Entry = {
    state: signal<Answer<unknown>>({ value: null, failure: null, loading: true }),
    name,
    ask: () => call(name, asked),
    shown: new Set(),
    timer: null,
    asking: false,
    again: false,
    askedAt: null
  }
  entries.set(key, made)
  return made
}

const nothing: Answer<never> = { value: null, failure: null, loading: false }

/** The answer to show, from the first moment on; null asks for nothing. `everyMs` for what changes by time alone. */
export const useAnswer = <Name extends Callable>(
  name: Name,
  asked: AskedOf<Name> | null,
  everyMs: number | null = null
): Answer<AnswerOf<Name>> => {
  const entry = asked === null ? null : entryOf(name, asked)
  useEffect(() => {
    if (entry === null) return
    const viewer = Symbol(name)
    entry.shown.add(viewer)
    if (entry.askedAt === null || performance.now() - entry.askedAt > oldAfterMs) void load(entry)
    const timer = everyMs === null ? null : setInterval(() => {
      if (document.visibilityState === "visible") void load(entry)
    }, everyMs)
    return () => {
      entry.shown.delete(viewer)
      if (timer !== null) clearInterval(timer)
    }
  }, [entry, everyMs])
  // Of this key nothing else is stored than what this route answers.
  return entry === null ? nothing : entry.state.value as Answer<AnswerOf<Name>>
}
