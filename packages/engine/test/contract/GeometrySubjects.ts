/** The indicators and detectors of one timeframe under contract. */
import { DotOption, EnvelopeOption, type Rules } from "@dgas/domain/Rules"
import { LevelRates } from "@dgas/engine/geometry/LevelRates"
import { levelNames } from "@dgas/engine/geometry/Levels"
import { PatternDetector, patternNames } from "@dgas/engine/geometry/Patterns"
import { StateMachine } from "@dgas/engine/geometry/StateMachine"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { withGeometry } from "../bars.ts"
import { byFields, type Instance, type Plain, type Subject } from "./Subject.ts"

/** What the last bars alone decide of a timeframe. */
export const recentOf = (geometry: TimeframeGeometry): Plain => {
  const projected = levelNames.filter((name) => name !== "dottedLine" && name !== "blockLevel")
  return {
    levels: Object.fromEntries(projected.map((name, index) => [name, geometry.level(index)])),
    before: Object.fromEntries(projected.map((name, index) => [name, geometry.barLevel(index)])),
    slope: geometry.slope,
    width: geometry.width,
    meanRange: geometry.meanRange,
    dot: geometry.dot,
    close: geometry.close,
    position: geometry.position,
    side: geometry.side,
    flat: geometry.flat
  }
}

export const eventsOf = (geometry: TimeframeGeometry) =>
  geometry.patterns.events().map(({ direction, firstBar, lastBar, pattern, strength }) => ({
    pattern,
    direction,
    firstBar,
    lastBar,
    strength
  }))

export const frameOf = (geometry: TimeframeGeometry): Plain => ({
  recent: recentOf(geometry),
  bars: geometry.bars,
  openTime: geometry.openTime,
  closeTime: geometry.closeTime,
  state: geometry.machine.state,
  direction: geometry.direction,
  barsInState: geometry.machine.barsInState,
  dottedLine: geometry.machine.dottedLine,
  blockLevel: geometry.machine.blockLevel,
  was: { dottedLine: geometry.barDottedLine, blockLevel: geometry.barBlockLevel },
  stateConfidence: geometry.stateConfidence,
  trendStrength: geometry.trendStrength,
  events: eventsOf(geometry)
})

const timeframe = (rules: Rules): Instance => {
  const geometry = new TimeframeGeometry(rules)
  return {
    push: (bar) => geometry.push(bar),
    shown: () => frameOf(geometry),
    recent: () => recentOf(geometry),
    events: () => geometry.patterns.events(),
    snapshot: () => geometry.snapshot(),
    restore: (snapshot) => geometry.restore(snapshot),
    reset: () => geometry.reset(),
    late: (bar) => [() => geometry.push(bar)]
  }
}

/** Fed with the sides that bars closed on from their own open. */
const stateMachine = (): Instance => {
  const machine = new StateMachine()
  return {
    ...byFields(machine, () => new StateMachine()),
    push: ({ close, high, low, open }) => machine.push(close > open ? 1 : close < open ? -1 : 0, true, high, low),
    shown: () => ({
      state: machine.state,
      direction: machine.direction,
      barsInState: machine.barsInState,
      run: machine.run,
      dottedLine: machine.dottedLine,
      blockLevel: machine.blockLevel
    }),
    recent: () => null,
    events: () => machine.state === "CONGESTION_ACTION" ? [] : [machine.state],
    late: () => []
  }
}

const patternDetector = (): Instance => {
  const rules = withGeometry({})
  const parts = () => ({ geometry: new TimeframeGeometry(rules), detector: new PatternDetector(rules) })
  const own = parts()
  const { detector, geometry } = own
  return {
    ...byFields(own, parts),
    push: (bar) => {
      geometry.push(bar)
      detector.push(geometry)
    },
    shown: () => ({
      events: detector.events().map((event) => ({ ...event })),
      within: [1, 2, 10, 32].map((bars) => detector.completedWithin(bars)),
      has: patternNames.map((_, pattern) => detector.has(pattern, 1, 5))
    }),
    recent: () => null,
    events: () => detector.events(),
    late: () => []
  }
}

const levelRates = (): Instance => {
  const parts = () => ({ geometry: new TimeframeGeometry(), rates: new LevelRates() })
  const own = parts()
  return {
    ...byFields(own, parts),
    push: (bar) => {
      own.geometry.push(bar)
      own.rates.observe(own.geometry)
    },
    shown: () =>
      own.rates.rates().map(({ beyond, level, n, touched }) => ({
        level,
        n,
        touched: [touched.share, touched.low, touched.high],
        beyond: [beyond.share, beyond.low, beyond.high]
      })),
    recent: () => null,
    events: () => [],
    late: () => []
  }
}

const states = ["TREND", "CONGESTION_ENTRANCE", "CONGESTION_ACTION", "CONGESTION_EXIT", "REVERSAL"]

export const geometrySubjects: ReadonlyArray<Subject> = [
  ...DotOption.literals.flatMap((dot) =>
    EnvelopeOption.literals.map((envelope) => ({
      name: `TimeframeGeometry, ${dot} dot, ${envelope} envelope`,
      make: () => timeframe(withGeometry({ dot, envelope })),
      window: 7,
      defined: 6,
      shows: [...states, "PLDOT_PUSH", "TERMINATION_APPROACH", "TERMINATION_TOUCH"]
    }))
  ),
  { name: "StateMachine", make: stateMachine, window: 0, defined: 0, shows: states },
  {
    name: "PatternDetector",
    make: patternDetector,
    window: 0,
    defined: 0,
    shows: patternNames.filter((name) => name !== "CONGESTION_OSCILLATION")
  },
  { name: "LevelRates", make: levelRates, window: 0, defined: 0, shows: levelNames }
]
