/** A worker in its own process, whose lines are read as they come. It is killed when the test ends. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { projectOf, startScheduler } from "./runScheduler.ts"

export interface WorkerChild {
  readonly folder: string
  readonly kill: (signal: NodeJS.Signals) => void
  readonly exited: Effect.Effect<number>
  /** The first line of either stream, from the start on, that holds the text; a child that ends without it is a failure. */
  readonly line: (text: string) => Effect.Effect<string>
  readonly out: () => string
  readonly err: () => string
}

const lineWith = (text: string, wanted: string) => text.split("\n").slice(0, -1).find((line) => line.includes(wanted))

export const workerChild = (
  config: string,
  env: Readonly<Record<string, string>>,
  ...args: ReadonlyArray<string>
) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const folder = await projectOf(config)
      const child = startScheduler(folder, env, args)
      const texts = { out: "", err: "" }
      const waiting = new Set<() => void>()
      const wake = () => {
        for (const look of waiting) look()
      }
      const follow = async (name: "out" | "err", stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
        for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
          texts[name] += chunk
          wake()
        }
      }
      const over = Promise.all([follow("out", child.stdout), follow("err", child.stderr), child.exited])
      let ended = false
      void over.then(() => {
        ended = true
        wake()
      })

      const line = (wanted: string) =>
        Effect.gen(function*() {
          const found = yield* Deferred.make<string>()
          const look = () => {
            const one = lineWith(texts.out, wanted) ?? lineWith(texts.err, wanted)
            if (one !== undefined) Deferred.doneUnsafe(found, Effect.succeed(one))
            else if (ended) {
              Deferred.doneUnsafe(
                found,
                Effect.die(new Error(`ended without "${wanted}":\n${texts.out}\n${texts.err}`))
              )
            }
          }
          waiting.add(look)
          look()
          return yield* Effect.ensuring(Deferred.await(found), Effect.sync(() => waiting.delete(look)))
        })
      const made: WorkerChild = {
        folder,
        kill: (signal) => child.kill(signal),
        exited: Effect.promise(() => over.then(([, , code]) => code)),
        line,
        out: () => texts.out,
        err: () => texts.err
      }
      return made
    }),
    (child) => Effect.andThen(Effect.sync(() => child.kill("SIGKILL")), child.exited)
  )
