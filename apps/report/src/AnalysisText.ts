/** The sections in which the analysis of a symbol is shown to people: what was found, what stopped it, what it came to. */
import { LevelName } from "@dgas/domain/Level"
import type { Timeframe } from "@dgas/domain/Timeframe"
import type { LevelPrices, LiveLevels } from "@dgas/engine/LiveLevels"
import type { Analysis, Decision, GateCheck, ScoreParts, TimeframeView } from "@dgas/engine/signals/Decision"
import { priceText } from "@dgas/notify/PriceText"
import { left, render, right, terminalWidth } from "@dgas/notify/Table"
import { liveNote } from "./LiveNote.ts"

/** What an analysis is of. `tick` is the smallest price step, null when not known; without `live` no bar is in progress. */
export interface AnalysisAbout {
  readonly timeframe: Timeframe
  readonly higher: Timeframe
  readonly lower: Timeframe | null
  readonly tick: number | null
  readonly live?: LiveLevels
}

/** One timeframe to show, from the higher down to the lower one. */
interface Frame {
  readonly timeframe: Timeframe
  readonly view: TimeframeView
  readonly live: LevelPrices | null
}

type PriceOf = (value: number | null | undefined) => string

const framesOf = ({ timeframes: { higher, lower, trading } }: Analysis, about: AnalysisAbout): ReadonlyArray<Frame> => [
  { timeframe: about.higher, view: higher, live: about.live?.higher ?? null },
  { timeframe: about.timeframe, view: trading, live: about.live?.trading ?? null },
  ...about.lower === null || lower === null ? [] : [{ timeframe: about.lower, view: lower, live: null }]
]

const section = (title: string, text: string) => `${title}\n\n${text}`

const stateText = (frames: ReadonlyArray<Frame>, price: PriceOf) =>
  render(
    [
      left("timeframe"),
      left("state"),
      left("direction"),
      right("bars"),
      right("confidence"),
      right("slope"),
      right("position"),
      right("dotted line"),
      right("block level")
    ],
    frames.map(({ timeframe, view }) => [
      timeframe,
      view.state,
      view.direction,
      String(view.barsInState),
      view.stateConfidence.toFixed(2),
      view.slope === null ? "" : `${view.slope.toPrecision(3)}${view.flat ? " flat" : ""}`,
      view.position === null ? "" : view.position.toFixed(2),
      price(view.dottedLine),
      price(view.blockLevel)
    ]),
    terminalWidth()
  )

const levelsText = (frames: ReadonlyArray<Frame>, price: PriceOf) => {
  const series = frames.flatMap(({ live, timeframe, view }) => [
    { title: timeframe, levels: view.levels },
    ...live === null ? [] : [{ title: `live ${timeframe}`, levels: live }]
  ])
  const names = LevelName.literals.filter((name) => series.some(({ levels }) => levels[name] !== undefined))
  const table = render(
    [left("level"), ...series.map(({ title }) => right(title))],
    names.map((name) => [name, ...series.map(({ levels }) => price(levels[name]))]),
    terminalWidth()
  )
  return series.length === frames.length ? table : `${table}\n\n${liveNote}`
}

const patternsText = (frames: ReadonlyArray<Frame>) => {
  const rows = frames.flatMap(({ timeframe, view }) =>
    view.patterns.map(({ bars, direction, pattern, strength }) => [
      timeframe,
      pattern,
      direction === 1 ? "UP" : direction === -1 ? "DOWN" : "NEUTRAL",
      strength.toFixed(0),
      String(bars)
    ])
  )
  return rows.length === 0
    ? "none on the last bars"
    : render([left("timeframe"), left("pattern"), left("direction"), right("strength"), right("bars")], rows)
}

const zonesText = ({ zones }: Analysis, price: PriceOf) =>
  zones.length === 0
    ? "none"
    : render(
      [left("zone"), right("low"), right("high"), right("weight")],
      zones.map(({ high, low, side, weight }) => [
        side === 1 ? "support" : side === -1 ? "resistance" : "pivot",
        price(low),
        price(high),
        weight.toFixed(2)
      ])
    )

/** A number with at most two decimals; a word as it is. */
const factText = (fact: GateCheck["found"]) =>
  fact === null ? "" : typeof fact === "number" ? String(Number(fact.toFixed(2))) : fact

const gatesText = ({ checks }: Analysis) =>
  render(
    [left("gate"), left("passed"), left("found"), left("needed"), left("in words")],
    checks.map(({ detail, found, gate, needed, passed }) => [
      gate,
      passed ? "yes" : "no",
      factText(found),
      factText(needed),
      detail
    ]),
    terminalWidth()
  )

/** `higherStrength` as `higher strength`. */
const words = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** `confidence 0.79 = alignment 0.29 + pattern 0.20 + ...` */
const scoreText = (name: string, total: number, parts: ScoreParts) =>
  `${name} ${total.toFixed(2)} = ${
    Object.entries(parts).map(([fact, part]) => `${words(fact)} ${part.toFixed(2)}`).join(" + ")
  }`

const decisionText = ({ detail, draft, gate }: Decision, price: PriceOf): string => {
  if (draft === null) return `no signal: ${gate}, ${detail}`
  const { confidence, entryPrice, positionFactor, score, signalStrength, stopLoss, targetPrice, tier, type } = draft
  return [
    `${type}  entry ${price(entryPrice)}  stop ${price(stopLoss)}  target ${price(targetPrice)}  confidence ${
      confidence.toFixed(2)
    }`,
    draft.reason,
    ...positionFactor === null ? [] : [`tier ${tier}, position ${positionFactor} of the usual one`],
    ...score === null ? [] : [
      scoreText("confidence", confidence, score.confidence),
      scoreText("strength", signalStrength, score.strength)
    ]
  ].join("\n")
}

/** State, levels, patterns, zones, gates and decision, each under its title, without a last line break. */
export const analysisSections = (analysis: Analysis, about: AnalysisAbout): string => {
  const price: PriceOf = (value) => value === null || value === undefined ? "" : priceText(value, about.tick)
  const frames = framesOf(analysis, about)
  const { alignment, alignmentClass, higherStrength } = analysis
  const zones = `Zones (alignment ${alignment.toFixed(2)} ${alignmentClass}, higher strength ${
    higherStrength.toFixed(2)
  })`
  return [
    section("State", stateText(frames, price)),
    section("Levels of the next bar", levelsText(frames, price)),
    section("Patterns", patternsText(frames)),
    section(zones, zonesText(analysis, price)),
    section("Gates", gatesText(analysis)),
    section("Decision", decisionText(analysis.decision, price))
  ].join("\n\n")
}
