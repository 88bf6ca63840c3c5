/**
 * Reads the stream of the API until it is told to stop: a broken one is opened again, and goes on where it was.
 *
 * It is read by hand since a browser's own reader can neither begin at a place that another tab has reached, nor say why
 * it was refused.
 */
import { Failure, failureOf } from "./client.ts"
import { eventReader, type StreamEvent } from "./eventText.ts"

export interface StreamListener {
  /** Where to go on from; null for from now on. */
  readonly since: () => string | null
  readonly opened: () => void
  /** Also of a comment, which says that the stream is there. */
  readonly heard: (event: StreamEvent) => void
  /** `failure` has status 0 where nothing was answered, and where the stream ended. */
  readonly broken: (failure: Failure) => void
}

/** Waits between openings, from 1 s to 15 s, and longer where the API asks for it. */
const firstWaitMs = 1000
const longestWaitMs = 15_000
/** The API says every 15 s that it is there. */
const silentMs = 45_000

const over = new Failure(0, "the stream ended")

/** Reads one stream to its end. */
const readOne = async ({ heard, opened, since }: StreamListener, stop: AbortSignal): Promise<void> => {
  const silent = new AbortController()
  let timer = setTimeout(() => silent.abort(), silentMs)
  try {
    const place = since()
    const response = await fetch("/v1/stream", {
      headers: place === null ? {} : { "last-event-id": place },
      signal: AbortSignal.any([stop, silent.signal])
    })
    if (!response.ok) throw await failureOf(response)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const eventsOf = eventReader()
    opened()
    while (true) {
      const part = await reader?.read()
      if (part === undefined || part.done) return
      clearTimeout(timer)
      timer = setTimeout(() => silent.abort(), silentMs)
      for (const event of eventsOf(part.value)) heard(event)
    }
  } finally {
    clearTimeout(timer)
  }
}

let goOn = () => {}

/** Ends a wait: somebody looks, or what was refused may be granted now. */
export const hurry = (): void => goOn()

const waited = (waitMs: number, stop: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs)
    goOn = () => {
      clearTimeout(timer)
      resolve()
    }
    stop.addEventListener("abort", goOn, { once: true })
  })

export const readStream = async (listener: StreamListener, stop: AbortSignal): Promise<void> => {
  let waitMs = firstWaitMs
  const opened = () => {
    waitMs = firstWaitMs
    listener.opened()
  }
  while (!stop.aborted) {
    const failure = await readOne({ ...listener, opened }, stop).then(
      () => over,
      (thrown: unknown) => thrown instanceof Failure ? thrown : over
    )
    if (stop.aborted) return
    listener.broken(failure)
    await waited(Math.max(waitMs, failure.retryAfterS * 1000), stop)
    waitMs = Math.min(longestWaitMs, waitMs * 2)
  }
}
