/**
 * The thread in which evidence is computed: begun for one piece of work, and ended with it.
 *
 * Work that takes too long is given up, and a thread that ends without a word is a bug of ours: neither keeps what waits for
 * its turn.
 */
import type { SqlFailure } from "@dgas/db/Sql"
import { SqlFailureJson } from "@dgas/db/SqlFailure"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Busy } from "./ApiError.ts"
import type { Ask } from "./EvidenceWork.ts"

/** Ten times as many outcomes as a busy desk has in years take less. */
export const mostMinutes = 3

const worker = new URL("./EvidenceWorker.ts", import.meta.url)

/** What `module` tells of it. */
export const inThread = (ask: Ask, url: string, module = worker): Effect.Effect<unknown, SqlFailure | Busy> =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Worker(module)),
    (worker) =>
      Effect.callback<unknown, SqlFailure>((resume) => {
        worker.addEventListener("message", ({ data }) => resume(told(data)))
        worker.addEventListener("error", ({ message }) => resume(Effect.die(new Error(message))))
        worker.addEventListener("close", () => resume(Effect.die(new Error("the thread ended without a word"))))
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage({ ask, url })
      }),
    (worker) => Effect.sync(() => worker.terminate())
  ).pipe(Effect.timeoutOrElse({
    duration: `${mostMinutes} minutes`,
    orElse: () =>
      Effect.fail(
        new Busy({
          detail: `this takes longer than ${mostMinutes} minutes: ask for less`,
          retryAfterS: mostMinutes * 60
        })
      )
  }))

const Told = Schema.Union([
  Schema.Struct({ found: Schema.Unknown }),
  Schema.Struct({ failure: SqlFailureJson }),
  Schema.Struct({ defect: Schema.String })
])

const told = (data: unknown): Effect.Effect<unknown, SqlFailure> =>
  Effect.flatMap(Effect.orDie(Schema.decodeUnknownEffect(Told)(data)), (said) =>
    "found" in said
      ? Effect.succeed(said.found)
      : "failure" in said
      ? Effect.fail(said.failure)
      : Effect.die(new Error(said.defect)))
