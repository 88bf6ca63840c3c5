/** An answer in each of its states: still asked for, not to be had, or there. What was there stays while it is asked for again. */
import type { ComponentChildren } from "preact"
import type { Answer } from "../answers.ts"
import { callerFailure, mayWrite } from "../caller.ts"
import type { Failure } from "../client.ts"

export const Shown = <T extends object>({ answer: { failure, value }, children, gone }: {
  readonly answer: Answer<T>
  readonly children: (value: T) => ComponentChildren
  /** Said of a 404 in the place of the API's words. */
  readonly gone?: string
}) => (
  <>
    {failure !== null && <Trouble failure={failure} gone={gone} />}
    {value !== null && (failure === null || failure.status !== 404)
      ? children(value)
      : failure === null && <Waiting />}
  </>
)

export const Waiting = () => <p class="waiting">Loading…</p>

const titles: Readonly<Record<number, string>> = {
  0: "No connection",
  401: "Not signed in",
  403: "Not allowed",
  429: "Too many requests, the page goes on in a moment",
  500: "A bug of the API",
  503: "Not available now, the page asks again"
}

export const Trouble = ({ failure: { message, status }, first = false, gone }: {
  readonly failure: Failure
  readonly gone?: string | undefined
  /** Of the page as a whole: what is the same in its parts is not said again there. */
  readonly first?: boolean
}) =>
  status === 404 && gone !== undefined
    ? <p class="empty">{gone}</p>
    : !first && callerFailure.value?.status === status
    ? <p class="empty">This cannot be asked for now.</p>
    : (
      <div class="trouble" role="alert">
        <strong>{titles[status] ?? "This could not be loaded"}.</strong>{" "}
        {status === 429 && !mayWrite.value ? `${message}. A page that is signed in may ask for more.` : message}
      </div>
    )
