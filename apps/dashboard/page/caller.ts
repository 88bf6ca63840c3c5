/** Who looks at the page, and what that may do. */
import type { OnTheWire } from "@dgas/contract/Route"
import type { Routes } from "@dgas/contract/Routes"
import { computed, signal } from "@preact/signals"
import { call, Failure } from "./client.ts"
import { setNow } from "./now.ts"

export type Caller = OnTheWire<Routes["getCaller"]>

/** Null until it is known, and where nobody may look. */
export const caller = signal<Caller | null>(null)
/** Why it is not known. */
export const callerFailure = signal<Failure | null>(null)

export const mayWrite = computed(() => caller.value?.scopes.includes("write") === true)
export const mayAdmin = computed(() => caller.value?.scopes.includes("admin") === true)

export const askWho = async (): Promise<void> => {
  try {
    const found = await call("getCaller", {})
    setNow(Date.parse(found.now))
    caller.value = found
    callerFailure.value = null
  } catch (thrown) {
    const failure = thrown instanceof Failure ? thrown : new Failure(0, String(thrown))
    callerFailure.value = failure
    if (failure.status === 401 || failure.status === 403) caller.value = null
    else setTimeout(() => void askWho(), Math.max(3, failure.retryAfterS) * 1000)
  }
}
