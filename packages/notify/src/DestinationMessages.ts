/**
 * Parts of news as messages to one destination, rendered by its channel, once.
 *
 * One message a part. Exits come first, and where the channel has threads by themselves, as answers to their entries. In
 * quiet hours what is urgent leaves at once, in a message of its own, and the rest waits. What is suppressed is rendered
 * all the same. Each of these has an id of its own, so none is taken for another one.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { OddsOf } from "@dgas/domain/Odds"
import { isEntry } from "@dgas/domain/Signal"
import type { Alert } from "./Alert.ts"
import { alertOf } from "./AlertOf.ts"
import { idOfPart } from "./Channel.ts"
import { addresseeOf, type Listener } from "./Listener.ts"
import { isSignal, type Item, messageId, only, type Part } from "./Part.ts"
import { isUrgent, quietUntil } from "./QuietHours.ts"
import { type Known, route } from "./Routing.ts"

/** `at` is now, epoch ms. By the id of signal or level event: `rates`, for those who want them, and `odds`. */
export interface Context extends Known {
  readonly at: number
  readonly rates: ReadonlyMap<string, string>
  readonly odds: OddsOf
}

export type Fate = Pick<OutboxMessage, "suppressed" | "notBefore" | "repliesTo">

/** An alert whose id is that of the message, in the shape that the destination's channel gives it. */
export const rendered = (alert: Alert, listener: Listener, fate: Fate): ReadonlyArray<OutboxMessage> =>
  listener.channel.render(alert).map(({ part, payload, signalIds }) => ({
    id: idOfPart(alert.id, part),
    ...addresseeOf(listener),
    kind: alert.kind,
    signalIds,
    payload,
    ...fate
  }))

const isExit = (item: Item) => isSignal(item) && !isEntry(item.type)
const noRates: ReadonlyMap<string, string> = new Map()

/** Of a part that is meant for the destination. */
export const partMessages = (part: Part, listener: Listener, context: Context): ReadonlyArray<OutboxMessage> => {
  const { channel: { threads }, wishes } = listener
  const { at, odds, zone } = context
  const rates = wishes.baseRates ? context.rates : noRates

  const message = (some: Part, suffix: string, fate: Fate) => {
    const id = `${messageId(some, addresseeOf(listener))}${suffix}`
    const repliesTo = some.notice?.signalId ?? (some.kind === "exit" ? some.signals[0]?.closesSignalId : null)
    return rendered(alertOf(exitsFirst(some), { id, zone, rates, odds }), listener, {
      ...fate,
      ...repliesTo === null || repliesTo === undefined ? {} : { repliesTo }
    })
  }
  const told = (some: Part | null, suffix: string, fate: Fate) =>
    some === null ?
      [] :
      (threads ? ownExits(some) : [some]).flatMap((own) => message(own, own.kind === "exit" ? "" : suffix, fate))

  const routed = route(part, wishes, context)
  const quiet = wishes.quietHours
  const until = quiet === null ? null : quietUntil(at, quiet, zone)
  const urgent = (item: Item) => part.notice === null && isSignal(item) && quiet !== null && isUrgent(item, quiet)
  return [
    ...until === null || routed.told === null ? told(routed.told, "", {}) : [
      ...told(only(routed.told, urgent), "/urgent", {}),
      ...told(only(routed.told, (item) => !urgent(item)), "", { notBefore: until })
    ],
    ...routed.suppressed.flatMap(({ part: kept, reason, rule }) =>
      message(kept, `/suppressed/${rule}`, { suppressed: reason })
    )
  ]
}

/** A digest stays in the order of time. */
const exitsFirst = (part: Part): Part =>
  part.kind === "digest" ? part : {
    ...part,
    signals: [...part.signals.filter(isExit), ...part.signals.filter((signal) => !isExit(signal))]
  }

const ownExits = (part: Part): ReadonlyArray<Part> => {
  if (part.kind !== "signals" && part.kind !== "late") return [part]
  const rest = only(part, (item) => !isExit(item))
  return [
    ...part.signals.filter(isExit).map((exit) => ({ ...part, kind: "exit" as const, signals: [exit] })),
    ...rest === null ? [] : [rest]
  ]
}
