/** Asks the worker to look at once, and waits for what it says came of that. */
import { type AnswerOf, call } from "./client.ts"

type Asked = Pick<AnswerOf<"getRunRequest">, "id" | "result" | "state">

const everyMs = 1000
/** A worker looks every two seconds, and a cycle lasts as long as its source needs. */
const most = 20

/** `ask` and `again` come back with what is known of the request. */
export const resultOf = async (
  ask: () => Promise<Asked>,
  again: (id: string) => Promise<Asked>,
  pause: () => Promise<void>
): Promise<string> => {
  let asked = await ask()
  for (let time = 0; time < most && asked.state !== "done"; time++) {
    await pause()
    asked = await again(asked.id)
  }
  // Of a look at all schedules it tells of those that are done.
  return asked.result ?? "asked, and no worker has answered yet: one that runs (bun run scheduler) will"
}

/** `null` for every schedule. */
export const runNow = (schedule: string | null) => (): Promise<string> =>
  resultOf(
    () => call("runNow", { body: { schedule } }),
    (id) => call("getRunRequest", { params: { id } }),
    () => new Promise((done) => setTimeout(done, everyMs))
  )
