/**
 * Who looks at the page, and what that may do.
 *
 * It is asked again when the stream was lost or is back, when something was refused, and once a minute: a sign-in has an
 * end, a key can be revoked while the page is open, and the browser's clock may stand still while the machine sleeps.
 */
import type { OnTheWire } from "@dgas/contract/Route"
import type { Routes } from "@dgas/contract/Routes"
import { computed, effect, signal } from "@preact/signals"
import { call, Failure, refused } from "./client.ts"
import { connection } from "./live.ts"
import { setNow } from "./now.ts"

export type Caller = OnTheWire<Routes["getCaller"]>

/** Null until it is known, and where nobody may look. */
export const caller = signal<Caller | null>(null)
/** Why it is not known. */
export const callerFailure = signal<Failure | null>(null)

export const mayWrite = computed(() => caller.value?.scopes.includes("write") === true)
export const mayAdmin = computed(() => caller.value?.scopes.includes("admin") === true)

/** Whether the page was signed in and is not any more, without having been signed out here. */
export const isOver = signal(false)

const learn = (found: Caller | null) => {
  const isPage = found?.kind === "page"
  if (isPage) isOver.value = false
  else if (caller.peek()?.kind === "page") isOver.value = true
  caller.value = found
}

/** Nobody who is not signed in may look. */
export const isRefused = (failure: Failure | null): failure is Failure =>
  failure !== null && (failure.status === 401 || failure.status === 403)

let asking: Promise<void> | null = null
let timer: ReturnType<typeof setTimeout> | undefined

const ask = async (): Promise<void> => {
  clearTimeout(timer)
  try {
    const found = await call("getCaller", {})
    setNow(Date.parse(found.now))
    learn(found)
    callerFailure.value = null
  } catch (thrown) {
    const failure = thrown instanceof Failure ? thrown : new Failure(0, String(thrown))
    callerFailure.value = failure
    if (failure.status === 401 || failure.status === 403) learn(null)
    else timer = setTimeout(() => void askWho(), Math.max(3, failure.retryAfterS) * 1000)
  }
  asking = null
}

export const askWho = (): Promise<void> => asking ??= ask()

export const signOut = async (): Promise<void> => {
  await call("signOut", {})
  caller.value = null
  await askWho()
}

const minuteMs = 60_000

/** Asks now, and whenever it may be another. */
export const keepAsking = (): void => {
  effect(() => {
    if (connection.value !== "live" || callerFailure.peek() !== null) void askWho()
  })
  effect(() => {
    if (refused.value > 0) void askWho()
  })
  setInterval(() => {
    if (document.visibilityState === "visible") void askWho()
  }, minuteMs)
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void askWho()
  })
}
