/**
 * News in parts, each of which is one message to a destination that wants all of it.
 *
 * The id of a message is a function of what it is about (a slot, a signal, a notice, of a digest the slots), channel,
 * destination and kind, so news that are told again cause no second one.
 */
import type { Addressee } from "@dgas/db/ToldStore"
import type { News } from "@dgas/domain/Announce"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import type { SignalNotice } from "@dgas/domain/SignalNotice"
import { isoText } from "@dgas/domain/TimeText"
import type { AlertKind } from "./Alert.ts"

export interface Part {
  readonly kind: Exclude<AlertKind, "outcome" | "alarm" | "sample">
  readonly run: PredictionRun
  readonly signals: ReadonlyArray<Signal>
  readonly events: ReadonlyArray<LevelEvent>
  /** Whether it is of symbols whose bars came after the others', when the message of the run may have gone long ago. */
  readonly alone: boolean
  /** What became known of its one signal. */
  readonly notice: SignalNotice | null
}

export type Item = Signal | LevelEvent

export const isSignal = (item: Item): item is Signal => "type" in item

const isEmpty = ({ events, signals }: Part): boolean => signals.length === 0 && events.length === 0

export const partOf = (kind: Part["kind"], run: PredictionRun, change: Partial<Part>): Part => ({
  kind,
  run,
  signals: [],
  events: [],
  alone: false,
  notice: null,
  ...change
})

/** In the order in which they should leave. */
export const partsOf = (news: News): ReadonlyArray<Part> => {
  const { alone = [], aloneEvents = [], events, late, notices = [], run, signals } = news
  const part = (kind: Part["kind"], change: Partial<Part>) => partOf(kind, run, change)
  return [
    part("digest", { signals: late }),
    part("signals", { signals }),
    part("late", { signals: alone, alone: true }),
    part("levels", { events }),
    part("levels", { events: aloneEvents, alone: true }),
    ...notices.map(({ notice, signal }) =>
      part(notice.kind === "CORRECTED" ? "corrected" : "adjusted", { notice, signals: [signal] })
    )
  ].filter((one) => !isEmpty(one))
}

/** What of it is so, or null. */
export const only = (part: Part, is: (item: Item) => boolean): Part | null => {
  const kept = { ...part, signals: part.signals.filter(is), events: part.events.filter(is) }
  return isEmpty(kept) ? null : kept
}

const subjectOf = ({ alone, events, kind, run, signals }: Part): string => {
  const first = signals[0]
  if (kind === "digest" && first !== undefined) {
    const last = signals.at(-1) ?? first
    // Others of the same bars may become known later, so the slot that tells them is part of it.
    return `${run.schedule}/${isoText(run.slotAt)}/${isoText(first.signalTimestamp)}..${isoText(last.signalTimestamp)}`
  }
  const item = alone || kind === "exit" ? first ?? events[0] : undefined
  return item?.id ?? `${run.schedule}/${isoText(run.slotAt)}`
}

export const messageId = (part: Part, { channel, destination }: Addressee): string =>
  part.notice !== null
    ? `${part.notice.id}/${channel}/${destination}`
    : `${subjectOf(part)}/${channel}/${destination}/${part.kind}`
