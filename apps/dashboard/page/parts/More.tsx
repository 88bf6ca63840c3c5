/** The end of a list that is read a page at a time. */
import type { Pages } from "../pages.ts"
import { plural } from "../texts.ts"
import { Trouble, Waiting } from "./Shown.tsx"

export const More = <Row extends object>({ pages: { failure, hasMore, loading, more, rows }, word }: {
  readonly pages: Pages<Row>
  /** `signal` */
  readonly word: string
}) => (
  <>
    {failure !== null && <Trouble failure={failure} />}
    {rows === null
      ? failure === null && <Waiting />
      : (rows.length > 0 || hasMore) && (
        <p class="more">
          <span class="soft">
            {plural(rows.length, word)} shown{hasMore ? ", which are what is sorted" : ", no more"}
          </span>
          {hasMore && <button type="button" disabled={loading} onClick={more}>More</button>}
        </p>
      )}
  </>
)
