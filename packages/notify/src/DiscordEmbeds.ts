/**
 * An alert as a message of Discord: an embed a signal, and one for all level events.
 *
 * A message has at most 10 embeds and 6,000 characters in them, a description 4,096; what is over is left out by whole
 * rows. Texts are escaped, and nobody is mentioned, whatever they hold.
 * Source: Discord developer documentation, resources "Message" and "Webhook".
 */
import type { Alert, AlertEvent, AlertSignal } from "./Alert.ts"
import {
  clipped,
  eventText,
  exitsFirst,
  factsOf,
  headingOf,
  isExit,
  oneLine,
  remarksOf,
  rowsName,
  titleOf,
  whenOf
} from "./AlertWords.ts"
import type { Shape } from "./OneMessage.ts"
import { moreRoom, moreText, wholeRows } from "./WholeRows.ts"

const mostEmbeds = 10
const mostCharacters = 6000
const mostInDescription = 4096
const mostInContent = 2000
/** No single row may be larger than what all have together. */
const longestRow = 1200

type Field = { readonly name: string; readonly value: string; readonly inline: boolean }
type Embed = {
  readonly title?: string
  readonly description: string
  readonly color: number
  readonly fields?: ReadonlyArray<Field>
  readonly footer?: { readonly text: string }
}

export const discordMessage = (alert: Alert): Shape => {
  const footer = clipped(oneLine(alert.footer), 300)
  const room = mostCharacters - footer.length
  const signals = wholeRows(
    exitsFirst(alert.signals).map((one) => signalEmbed(one, alert.zone)),
    sizeOf,
    room,
    mostEmbeds - 1
  )
  const used = signals.shown.reduce((sum, embed) => sum + sizeOf(embed), 0)
  const events = wholeRows(
    alert.events.map(rowOf),
    (text) => text.length + 1,
    Math.min(mostInDescription, room - used)
  )
  const embeds: ReadonlyArray<Embed> = [
    ...signals.shown,
    ...events.shown.length === 0 ? [] : [{ description: events.shown.join("\n"), color: colours.event }]
  ]
  const said = [...moreText(signals.left, rowsName(alert)), ...moreText(events.left, "level event")]
  const lines = wholeRows(
    alert.lines.map((line) => clipped(escapedForDiscord(oneLine(line)), longestRow)),
    (line) => line.length + 1,
    mostInContent - 420 - 2 * moreRoom - footer.length
  )
  return {
    signals: signals.shown.length,
    payload: {
      content: [
        `**${clipped(escapedForDiscord(titleOf(alert)), 400)}**`,
        ...lines.shown,
        ...moreText(lines.left, "line"),
        ...said,
        ...embeds.length === 0 && footer !== "" ? [`-# ${footer}`] : []
      ].join("\n"),
      embeds: embeds.map((embed, index) =>
        index === embeds.length - 1 && footer !== "" ? { ...embed, footer: { text: footer } } : embed
      ),
      allowed_mentions: { parse: [] }
    }
  }
}

const colours = { LONG: 0x15803d, SHORT: 0xc02626, exit: 0xa15c07, event: 0x5b6472 } as const

const signalEmbed = (signal: AlertSignal, zone: string): Embed => ({
  title: clipped(escapedForDiscord(headingOf(signal)), 256),
  description: clipped(
    [...remarksOf(signal), `Bar closed ${whenOf(signal)} (${zone})`].map(escapedForDiscord).join("\n"),
    longestRow
  ),
  color: isExit(signal) ? colours.exit : signal.type === "LONG" ? colours.LONG : colours.SHORT,
  fields: factsOf(signal).map(([name, value]) => ({ name, value: clipped(escapedForDiscord(value), 60), inline: true }))
})

const rowOf = (event: AlertEvent): string =>
  clipped(
    escapedForDiscord([eventText(event), ...event.howOften === null ? [] : [oneLine(event.howOften)]].join("; ")),
    longestRow
  )

/** As Discord counts: title, description and fields. */
const sizeOf = ({ description, fields = [], title = "" }: Embed): number =>
  fields.reduce((sum, { name, value }) => sum + name.length + value.length, title.length + description.length)

/** Without a meaning for Discord's Markdown, mentions and links. */
export const escapedForDiscord = (text: string): string => text.replaceAll(/^-|[\\*_~`|<>[\]()#@]/g, "\\$&")
