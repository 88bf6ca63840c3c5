/** The parts of a decision under contract: zones, outcomes, and levels that are watched. */
import { defaultRules, type Rules } from "@dgas/domain/Rules"
import { isSnapshot, restoreInto, snapshotOf } from "@dgas/engine/geometry/Snapshot"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { type LevelSubscription, LevelWatch } from "@dgas/engine/signals/LevelWatch"
import { type Order, OutcomeMachine } from "@dgas/engine/signals/OutcomeMachine"
import { ZoneMap } from "@dgas/engine/signals/Zones"
import { Bundle, byFields, type Instance, type Leaf, partOf, type Plain, type Subject } from "./Subject.ts"

/** Rules under which a short walk makes many signals, so that there is something to compare. */
export const eager: Rules = {
  ...defaultRules,
  warmUpBars: 6,
  entryStrength: 0.3,
  zoneWeight: 1.5,
  entryAlignment: 0.6,
  fillBars: 3,
  holdBars: 12
}

const kinds = ["approach", "touch", "exceed", "enter", "exit"] as const

/** Everything that may be asked of a few levels of these timeframes, and of zones. */
export const subscriptions = (frames: ReadonlyArray<LevelSubscription["frame"]>): ReadonlyArray<LevelSubscription> =>
  kinds.flatMap((kind) => [
    { level: "zone", frame: "trading", kind },
    ...frames.flatMap((frame) =>
      (["envelope", "projectedDot", "fiveNineUp", "dottedLine"] as const).map((level) => ({ level, frame, kind }))
    )
  ])

export const zonesOf = (zones: ZoneMap): Plain => zones.all().map((zone) => ({ ...zone }))

const zoneMap = (): Instance => {
  const parts = () => ({
    bundle: new Bundle(4),
    higher: new TimeframeGeometry(),
    trading: new TimeframeGeometry(),
    zones: new ZoneMap()
  })
  const own = parts()
  const { bundle, higher, trading, zones } = own
  return {
    ...byFields(own, parts),
    push: (bar) => {
      const above = bundle.push(bar)
      if (above !== null) higher.push(above)
      trading.push(bar)
      zones.build(defaultRules, higher, trading, null)
    },
    shown: () => ({
      zones: zonesOf(zones),
      close: zones.close,
      nearest: [zones.nearest(1, 2), zones.nearest(-1, 2)]
    }),
    recent: () => zonesOf(zones),
    events: () => [],
    late: () => []
  }
}

export const resultOf = (machine: OutcomeMachine): Readonly<Record<string, Leaf>> => ({
  status: machine.status,
  ...machine.result()
})

/** One order after the other, each at the close of the bar after the one that ended the order before. */
const outcomes = (): Instance => {
  let held: { readonly order: Order; readonly machine: OutcomeMachine; count: number } | null = null
  const hold = (order: Order, count: number) => ({ order, count, machine: new OutcomeMachine(order, eager) })
  return {
    push: (bar) => {
      if (held !== null && held.machine.status !== "final") return held.machine.feed(bar)
      const count = (held?.count ?? 0) + 1
      const direction = count % 2 === 0 ? -1 : 1
      const risk = direction * Math.max(bar.high - bar.low, bar.close / 2 ** 20)
      held = hold({ direction, entry: bar.close, stop: bar.close - risk, target: bar.close + 2 * risk }, count)
    },
    shown: () => held === null ? null : { count: held.count, order: { ...held.order }, ...resultOf(held.machine) },
    recent: () => null,
    events: () => [],
    snapshot: () => held === null ? {} : { count: held.count, machine: snapshotOf(held.machine) },
    restore: (snapshot) => {
      held = null
      if (!isSnapshot(snapshot["machine"])) return
      const { direction, entry, stop, target } = partOf(partOf(snapshot, "machine"), "order")
      held = hold(
        { direction: direction === 1 ? 1 : -1, entry: Number(entry), stop: Number(stop), target: Number(target) },
        Number(snapshot["count"])
      )
      restoreInto(held.machine, partOf(snapshot, "machine"))
    },
    reset: () => held = null,
    late: () => []
  }
}

const levelWatch = (): Instance => {
  const watched = subscriptions(["higher", "trading", "lower"])
  const parts = () => ({
    three: new Bundle(3),
    twelve: new Bundle(12),
    lower: new TimeframeGeometry(),
    trading: new TimeframeGeometry(),
    higher: new TimeframeGeometry(),
    zones: new ZoneMap(),
    watch: new LevelWatch(eager, watched)
  })
  const own = parts()
  const { higher, lower, three, trading, twelve, watch, zones } = own
  return {
    ...byFields(own, parts),
    push: (bar) => {
      const middle = three.push(bar)
      const above = twelve.push(bar)
      lower.push(bar)
      watch.observeLower(lower)
      if (above !== null) higher.push(above)
      if (middle === null) return
      trading.push(middle)
      watch.observeTrading(higher, trading, zones)
      zones.build(eager, higher, trading, null)
    },
    shown: () => watch.meetings().map((meeting) => ({ ...meeting })),
    recent: () => null,
    events: () => watch.meetings(),
    late: () => []
  }
}

/** Texts of all that a watch may tell. */
export const meetings = [
  ...kinds.map((kind) => `"kind":"${kind}"`),
  `"level":"zone"`,
  `"level":"envelope"`,
  `"frame":"higher"`
]
export const signalSubjects: ReadonlyArray<Subject> = [
  { name: "ZoneMap", make: zoneMap, window: 28, defined: 28, shows: [`"side":-1`, `"side":0`, `"side":1`] },
  {
    name: "OutcomeMachine",
    make: outcomes,
    window: 0,
    defined: 0,
    shows: ["waiting", "filled", "final", "TARGET", "STOP", "UNFILLED"]
  },
  { name: "LevelWatch", make: levelWatch, window: 0, defined: 0, shows: meetings }
]
