/**
 * What was stored since `signal` was judged of the bars that it is judged by, as conditions of SQL: `known` has the `id` of its
 * instrument, its `basis` and its `base`, the timeframe that is fetched for it. Spans go from the signal to an instant.
 */

/** A statement that had begun before the entry was read may store what it has until its time is over. */
export const longestStatement = "interval '10 seconds'"

/** From when on what is stored was not read. */
export const readFrom = `signal.evaluated_at - ${longestStatement}`

const ofSpan = (row: string, until: string) =>
  `${row}.instrument_id = known.id and ${row}.timeframe = known.base and
    ${row}.open_time >= signal.signal_timestamp and ${row}.open_time < ${until}`

/**
 * A bar that came since. It lies where one was missing, so the bars of most spans need not be looked at. An order has them read
 * one by one: to gather where they lie first, as the planner would, takes longer than the few that a span has.
 */
export const lateBarBefore = (until: string) =>
  `signal.bars_missing > 0 and coalesce((
    select true from bars where ${
    ofSpan("bars", until)
  } and bars.stored_at > ${readFrom} order by bars.open_time limit 1
  ), false)`

/** A bar that was revised, or a split or roll that was told: of basis `split` all bars have the prices after it, whenever it was. */
export const isRevisedBefore = (until: string) =>
  `exists (select from bar_revisions as kept where ${ofSpan("kept", until)} and kept.replaced_at > ${readFrom})
  or exists (
    select from price_events as event
    where event.instrument_id = known.id and event.factor <> 1 and event.recorded_at > ${readFrom}
      and (known.basis = 'split' or (event.at >= signal.signal_timestamp and event.at < ${until}))
  )`
