/** An instant in the viewer's zone; UTC when pointed at. */
import { now } from "../now.ts"
import { dash, distanceText, timeText, utcText } from "../texts.ts"

export const Time = ({ at }: { readonly at: string | null }) =>
  at === null ? <span class="soft">{dash}</span> : <time dateTime={at} title={utcText(at)}>{timeText(at)}</time>

/** How long ago, or how long until. */
export const Ago = ({ at }: { readonly at: string | null }) =>
  at === null
    ? <span class="soft">never</span>
    : <time dateTime={at} title={`${timeText(at)}, ${utcText(at)}`}>{distanceText(Date.parse(at), now.value)}</time>
