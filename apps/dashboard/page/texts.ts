/** Numbers and instants as people read them. What is not known is a dash, never a number. */
import { zone } from "./now.ts"

export const dash = "–"

const decimalsOf = (tick: number): number => {
  const [mantissa = "", exponent = "0"] = tick.toExponential().split("e")
  return Math.max(0, (mantissa.split(".")[1]?.length ?? 0) - Number(exponent))
}

/** Decimals that a price is shown with: those of its tick, else so many that six digits count. */
export const priceDecimals = (price: number, tick: number | null): number =>
  tick === null ? Math.max(2, 5 - Math.floor(Math.log10(Math.abs(price) || 1))) : decimalsOf(tick)

export const priceText = (price: number | null | undefined, tick: number | null = null): string =>
  price === null || price === undefined ? dash : price.toFixed(priceDecimals(price, tick))

export const numberText = (value: number | null | undefined, decimals = 2): string =>
  value === null || value === undefined ? dash : value.toFixed(decimals)

/** With its sign, a true minus for figures. */
export const signedText = (value: number | null | undefined, decimals = 2): string =>
  value === null || value === undefined
    ? dash
    : `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(decimals)}`

export const percentText = (share: number | null | undefined, decimals = 0): string =>
  share === null || share === undefined ? dash : `${(share * 100).toFixed(decimals)} %`

/** `[38, 44]`, of hundred. */
export const intervalText = ({ high, low }: { readonly low: number; readonly high: number }): string =>
  `[${(low * 100).toFixed(0)}, ${(high * 100).toFixed(0)}]`

/** `41 % [38, 44]` */
export const shareText = (
  rate: { readonly share: number; readonly low: number; readonly high: number } | null
): string =>
  rate === null
    ? "not enough data"
    : `${percentText(rate.share)} ${intervalText(rate)}`

export const countText = (count: number): string => count.toLocaleString("en-US").replaceAll(",", " ")

/** `1 signal`, `3 signals` */
export const plural = (count: number, word: string): string => `${countText(count)} ${word}${count === 1 ? "" : "s"}`

export const durationText = (ms: number | null): string => {
  if (ms === null) return dash
  if (ms < 1) return "<1 ms"
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`
  if (ms < 172_800_000) {
    return `${Math.floor(ms / 3_600_000)} h${
      ms % 3_600_000 < 60_000 ? "" : ` ${Math.floor(ms % 3_600_000 / 60_000)} min`
    }`
  }
  return `${Math.floor(ms / 86_400_000)} d`
}

/** `in 4 min`, `4 min ago`, `now` */
export const distanceText = (instant: number, from: number): string => {
  const away = instant - from
  if (Math.abs(away) < 15_000) return "now"
  return away > 0 ? `in ${durationText(away)}` : `${durationText(-away)} ago`
}

const minutes = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone })
const days = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone })

/** `2026-11-24 15:30` in the viewer's zone. */
export const timeText = (instant: string | number): string => minutes.format(new Date(instant))
export const dayText = (instant: string | number): string => days.format(new Date(instant))

/** `2026-11-24 15:30 UTC` */
export const utcText = (instant: string | number): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace("T", " ")} UTC`

/** `higherStrength` and `HIGHER_NEUTRAL` as `higher strength` and `higher neutral`; what is no name stays as it is. */
export const words = (name: string): string =>
  name.includes(" ")
    ? name
    : /^[A-Z0-9_]+$|_/.test(name)
    ? name.toLowerCase().replaceAll("_", " ")
    : name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Why a bar close was not run in time, or at all. */
export const slotReason = (reason: string): string => reason === "too_old" ? "too old to be run" : words(reason)

/** What came of the last try of a message, each thing once. */
export const answerText = ({ answer, reason, status }: {
  readonly status: number | null
  readonly reason: string | null
  readonly answer: string | null
}): string =>
  [...new Set([status === null ? "" : String(status), reason === null ? "" : words(reason), answer ?? ""])]
    .filter((part) => part !== "").join(" · ")

/** `3 of at most 12, in 1 240`: those that fell short, as many as may, and of how many. */
export const budgetText = ({ allowed, n, used }: {
  readonly allowed: number
  readonly n: number
  readonly used: number
}): string =>
  n === 0
    ? "nothing counted yet"
    : `${countText(used)} of at most ${numberText(allowed, allowed < 1 ? 2 : allowed < 10 ? 1 : 0)}, in ${countText(n)}`
