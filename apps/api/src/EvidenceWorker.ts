/** The thread in which evidence is computed: told once what to compute, it tells once what came of it. */
import { type SqlFailure, SqlFailureJson } from "@dgas/db/SqlFailure"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { constants, setPriority } from "node:os"
import { type Ask, evidenceWork } from "./EvidenceWork.ts"

// Whoever waits for another answer goes first. Elsewhere than on Linux the priority is that of the whole process.
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_LOW)

declare const self: Worker

const encode = Schema.encodeSync(SqlFailureJson)

self.addEventListener("message", (event: MessageEvent<{ readonly ask: Ask; readonly url: string }>) => {
  void Effect.runPromiseExit(evidenceWork(event.data.ask, event.data.url)).then((exit) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    self.postMessage(Exit.isSuccess(exit) ? { found: exit.value } : failed(exit.cause))
  })
})

const failed = (cause: Cause.Cause<SqlFailure>) => {
  const failure = Option.getOrNull(Cause.findErrorOption(cause))
  return failure === null ? { defect: Cause.pretty(cause) } : { failure: encode(failure) }
}
