/**
 * Traffic that is as it should be, in a process of its own so that it measures the API and not whoever attacks it:
 * `bun valid.ts URL KEY`. On the end of its input it prints how long each request took, how late its timers were, and what was
 * not answered with 200.
 */
import { stdin } from "node:process"

const [url, key] = process.argv.slice(2)
const paths = ["/v1/signals?limit=50", "/v1/me", "/v1/signals?limit=10&origin=ALL", "/livez"]
const everyMs = 25

const times: Array<number> = []
/** How late timers of this process were, which does nearly nothing: what the machine alone costs. */
const delays: Array<number> = []
const failures = new Map<string, number>()
const over = new AbortController()

const ask = async (path: string) => {
  const begun = performance.now()
  const status = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } }).then(
    async (response) => {
      await response.arrayBuffer()
      return String(response.status)
    },
    (error: unknown) => error instanceof Error ? `${error.name} ${error.message}` : String(error)
  )
  times.push(performance.now() - begun)
  if (status !== "200") failures.set(`${path} ${status}`, (failures.get(`${path} ${status}`) ?? 0) + 1)
}

const traffic = (async () => {
  for (let next = 0; !over.signal.aborted; next++) {
    const due = performance.now() + everyMs
    const wait = Bun.sleep(everyMs).then(() => delays.push(performance.now() - due))
    await ask(paths[next % paths.length]!)
    await wait
  }
})()
for await (const _ of stdin) continue
over.abort()
await traffic
process.stdout.write(JSON.stringify({ times, delays, failures: Object.fromEntries(failures) }))
