/** What is wrong with the system itself, to everybody who wants to hear of that. */
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { Mute } from "@dgas/domain/Mute"
import type { Alert } from "./Alert.ts"
import { rendered } from "./DestinationMessages.ts"
import { knownAs, type Listener } from "./Listener.ts"
import { quietUntil } from "./QuietHours.ts"
import { mutedBy } from "./Routing.ts"

/** `id` is `alarm/<name>/<since>/<n>`; `lines` say what is wrong and what to do. */
export const alarmAlert = (
  alarm: Pick<Alert, "id" | "severity" | "title" | "lines" | "zone">
): Alert => ({
  ...alarm,
  kind: "alarm",
  schedule: null,
  timeframe: null,
  slotAt: null,
  lateMs: null,
  signals: [],
  events: [],
  footer: ""
})

export interface AlarmAudience {
  readonly listeners: ReadonlyArray<Listener>
  /** The destination that it is about, if it is about one: it leaves by the others. */
  readonly except: string | null
  /** Those that hold now. */
  readonly mutes: ReadonlyArray<Mute>
  /** Now, epoch milliseconds. */
  readonly at: number
}

/** A critical one is told whatever is muted, and in quiet hours too. */
export const alarmMessages = (
  alarm: Alert,
  { at, except, listeners, mutes }: AlarmAudience
): ReadonlyArray<OutboxMessage> =>
  listeners.flatMap((listener) => {
    const { channel: { channel }, name, wishes: { alarms, quietHours } } = listener
    const critical = alarm.severity === "critical"
    if (knownAs(listener) === except || alarms === "none" || (alarms === "critical" && !critical)) return []
    const own = { ...alarm, id: `${alarm.id}/${channel}/${name}` }
    if (critical) return rendered(own, listener, {})
    // One of a schedule or a symbol is about signals.
    const mute = mutes.find((one) =>
      one.schedule === null && one.symbol === null &&
      (one.destination === null || one.destination === knownAs(listener))
    )
    if (mute !== undefined) {
      const { reason, rule } = mutedBy(mute, alarm.zone)
      return rendered({ ...own, id: `${own.id}/suppressed/${rule}` }, listener, { suppressed: reason })
    }
    const until = quietHours === null ? null : quietUntil(at, quietHours, alarm.zone)
    return rendered(own, listener, until === null ? {} : { notBefore: until })
  })
