/**
 * One stream for all tabs of a browser, which opens six connections to a server and no more.
 *
 * The tab that holds the lock reads the stream and passes on what it hears. When it is closed another takes over, from the
 * last place that all were told of; when it falls silent, as where a browser stops what is not looked at, one that is
 * looked at takes the lock from it. A thing may be told twice by that, which is no more than read again. Where a browser
 * has no locks, as without TLS from elsewhere, each tab has a stream of its own.
 */
import type { Failure } from "./client.ts"
import type { StreamEvent } from "./eventText.ts"
import { type Change, type Connection, connectionNow, kinds, setConnection, tell, unknown } from "./live.ts"
import { hurry, readStream } from "./stream.ts"

/** What tabs say to each other: `hello` says one that is opened or looked at. */
type Said =
  | { readonly said: "hello" }
  | { readonly said: "connection"; readonly connection: Connection; readonly place: string | null }
  | { readonly said: "change"; readonly change: Change; readonly place: string | null }

const lockName = "dgas stream"
/** The stream says every 15 s that it is there, and so does who reads it. */
const silentMs = 40_000
const lookMs = 5000
/** Before who lost the lock asks for it again. */
const pauseMs = 1000

const channel = new BroadcastChannel("dgas stream")
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin, and names none
const post = (said: Said) => channel.postMessage(said)

/** Up to where this tab was told. */
let place: string | null = null
let isReader = false
let isLeaving = false
let heardAt = performance.now()

const textOf = (value: unknown, key: string): string | null => {
  if (typeof value !== "object" || value === null || !(key in value)) return null
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1]
  return typeof found === "string" ? found : null
}

const changeOf = ({ data, name }: StreamEvent): Change | null => {
  const kind = kinds.find((one) => one === name)
  if (kind === undefined) return null
  let told: unknown = null
  try {
    told = JSON.parse(data)
  } catch {
    // An event without JSON still says that something of its kind changed.
  }
  return { kind, id: textOf(told, "id"), origin: textOf(told, "origin") }
}

const tellConnection = (connection: Connection) => {
  // A tab that is closed loses its stream, which is nothing to the others.
  if (isLeaving) return
  setConnection(connection)
  post({ said: "connection", connection, place })
}

const tellChange = (change: Change) => {
  tell(change)
  post({ said: "change", change, place })
}

/** `isLater`: another tab has read before, or nobody has for a while. */
const read = async (stop: AbortSignal, isLater: boolean) => {
  let isUnknown = isLater && place === null
  isReader = true
  const opened = () => {
    tellConnection({ state: "live", refusal: null })
    if (isUnknown) tellChange(unknown)
    isUnknown = false
  }
  const heard = (event: StreamEvent) => {
    place = event.id ?? place
    const change = changeOf(event)
    if (change === null) return post({ said: "connection", connection: connectionNow.peek(), place })
    tellChange(change)
  }
  const broken = ({ message, status }: Failure) =>
    tellConnection(
      status === 0 ? { state: "lost", refusal: null } : { state: "refused", refusal: { status, message } }
    )
  await readStream({ since: () => place, opened, heard, broken }, stop)
  isReader = false
}

let impatience = new AbortController()

const takeTurns = async (locks: LockManager) => {
  let options: LockOptions = { ifAvailable: true }
  let isLater = false
  while (true) {
    const over = new AbortController()
    const hold = async (lock: Lock | null) => lock === null ? undefined : read(over.signal, isLater)
    // It fails where another took the lock, where this one waits no longer, and in a page that is being left.
    const isOver = await locks.request(lockName, options, hold).then(() => false, () => true)
    over.abort()
    isLater = true
    if (impatience.signal.aborted) {
      impatience = new AbortController()
      options = { steal: true }
    } else {
      if (isOver) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      options = { signal: impatience.signal }
    }
  }
}

const answer = () => {
  const connection = connectionNow.peek()
  post({ said: "connection", connection, place })
  // Who asked for too much is told when to come again.
  if (connection.refusal?.status !== 429) hurry()
}

const listen = () => {
  channel.addEventListener("message", ({ data }: MessageEvent<Said>) => {
    if (isReader) {
      if (data.said === "hello") answer()
      return
    }
    if (data.said === "hello") return
    heardAt = performance.now()
    place = data.place ?? place
    if (data.said === "change") tell(data.change)
    else setConnection(data.connection)
  })
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") return
    if (isReader) answer()
    else post({ said: "hello" })
  })
  addEventListener("pagehide", () => (isLeaving = true))
  addEventListener("pageshow", () => (isLeaving = false))
  setInterval(() => {
    if (isReader || document.visibilityState === "hidden" || performance.now() - heardAt < silentMs) return
    heardAt = performance.now()
    impatience.abort()
  }, lookMs)
}

export const connect = (): void => {
  const locks: LockManager | undefined = navigator.locks
  if (locks === undefined) {
    void read(new AbortController().signal, false)
    return
  }
  listen()
  void takeTurns(locks)
  post({ said: "hello" })
}
