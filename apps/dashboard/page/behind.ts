/**
 * The numbers behind a signal, as its stored context has them.
 *
 * The contract promises no more of it than JSON: what is not there, as in signals of older versions, is left out.
 */

/** One gate that was tried, and what it found and needed. */
export interface GateStep {
  readonly gate: string
  readonly passed: boolean
  readonly found: number | string | null
  readonly needed: number | string | null
  readonly detail: string
}

export interface Zone {
  readonly low: number
  readonly high: number
  readonly weight: number | null
  readonly side: number
}

export interface FrameView {
  readonly frame: string
  readonly state: string
  readonly direction: string
  readonly barsInState: number | null
  readonly stateConfidence: number | null
}

export interface ScorePart {
  readonly fact: string
  readonly part: number
}

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [])

const listOf = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []
const numberOf = (value: unknown): number | null => typeof value === "number" ? value : null
const textOf = (value: unknown): string | null => typeof value === "string" ? value : null
const factOf = (value: unknown) => numberOf(value) ?? textOf(value)

const zoneOf = (value: unknown): ReadonlyArray<Zone> => {
  const fields = fieldsOf(value)
  const [low, high] = [numberOf(fields.get("low")), numberOf(fields.get("high"))]
  return low === null || high === null
    ? []
    : [{ low, high, weight: numberOf(fields.get("weight")), side: numberOf(fields.get("side")) ?? 0 }]
}

const stepOf = (value: unknown): ReadonlyArray<GateStep> => {
  const fields = fieldsOf(value)
  const gate = textOf(fields.get("gate"))
  return gate === null ? [] : [{
    gate,
    passed: fields.get("passed") === true,
    found: factOf(fields.get("found")),
    needed: factOf(fields.get("needed")),
    detail: textOf(fields.get("detail")) ?? ""
  }]
}

const frameOf = (frame: string, value: unknown): ReadonlyArray<FrameView> => {
  const fields = fieldsOf(value)
  const [state, direction] = [textOf(fields.get("state")), textOf(fields.get("direction"))]
  return state === null || direction === null ? [] : [{
    frame,
    state,
    direction,
    barsInState: numberOf(fields.get("barsInState")),
    stateConfidence: numberOf(fields.get("stateConfidence"))
  }]
}

const partsOf = (value: unknown): ReadonlyArray<ScorePart> =>
  [...fieldsOf(value)].flatMap(([fact, part]) => typeof part === "number" ? [{ fact, part }] : [])

export const behind = (context: unknown) => {
  const fields = fieldsOf(context)
  const frames = fieldsOf(fields.get("timeframes"))
  const score = fieldsOf(fields.get("score"))
  return {
    events: listOf(fields.get("events")).flatMap((event) => textOf(event) ?? []),
    positionFactor: numberOf(fields.get("positionFactor")),
    alignmentClass: textOf(fields.get("alignmentClass")),
    steps: listOf(fields.get("checks")).flatMap(stepOf),
    zone: zoneOf(fields.get("zone"))[0] ?? null,
    zones: listOf(fields.get("zones")).flatMap(zoneOf),
    frames: ["higher", "trading", "lower"].flatMap((frame) => frameOf(frame, frames.get(frame))),
    score: { confidence: partsOf(score.get("confidence")), strength: partsOf(score.get("strength")) }
  }
}
