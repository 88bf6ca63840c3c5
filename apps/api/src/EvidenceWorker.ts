/** The thread in which evidence is computed: told once what to compute, it tells once what came of it. */
import { SqlFailureJson } from "@dgas/db/SqlFailure"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Ask, evidenceWork } from "./EvidenceWork.ts"

declare const self: Worker

const encode = Schema.encodeSync(SqlFailureJson)

self.addEventListener("message", (event: MessageEvent<{ readonly ask: Ask; readonly url: string }>) => {
  void Effect.runPromiseExit(evidenceWork(event.data.ask, event.data.url)).then((exit) => {
    if (Exit.isSuccess(exit)) return self.postMessage({ found: exit.value })
    const failure = Option.getOrNull(Cause.findErrorOption(exit.cause))
    self.postMessage(failure === null ? { defect: Cause.pretty(exit.cause) } : { failure: encode(failure) })
  })
})
