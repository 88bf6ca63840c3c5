/**
 * A logistic curve through scores and events: 1 / (1 + exp(a score + b)).
 *
 * Events count as slightly less than 1 and the others as slightly more than 0, as Platt set his targets, so that a
 * perfect separation gives a finite slope. Newton's method with a step that is halved until it helps.
 * Source: Platt, Probabilistic Outputs for Support Vector Machines (1999); Lin, Lin and Weng, A Note on Platt's
 * Probabilistic Outputs for Support Vector Machines (2007), algorithm 1.
 */

export interface PlattCurve {
  readonly a: number
  readonly b: number
}

export interface ScoredEvent {
  readonly score: number
  readonly event: boolean
}

const mostSteps = 100
const leastGradient = 1e-9
/** Keeps the Hessian invertible where all scores are equal. */
const ridge = 1e-12
const leastShare = 1e-10

export const plattOf = (cases: ReadonlyArray<ScoredEvent>): PlattCurve => {
  const events = cases.filter(({ event }) => event).length
  const others = cases.length - events
  const high = (events + 1) / (events + 2)
  const low = 1 / (others + 2)
  const targets = cases.map(({ event, score }) => ({ score, target: event ? high : low }))

  let curve: PlattCurve = { a: 0, b: Math.log((others + 1) / (events + 1)) }
  let loss = lossOf(targets, curve)
  for (let step = 0; step < mostSteps; step++) {
    let aa = ridge
    let bb = ridge
    let ab = 0
    let ga = 0
    let gb = 0
    for (const { score, target } of targets) {
      const p = plattAt(curve, score)
      const spread = p * (1 - p)
      aa += score * score * spread
      bb += spread
      ab += score * spread
      ga += score * (target - p)
      gb += target - p
    }
    if (Math.abs(ga) < leastGradient && Math.abs(gb) < leastGradient) break
    const determinant = aa * bb - ab * ab
    const da = -(bb * ga - ab * gb) / determinant
    const db = -(aa * gb - ab * ga) / determinant
    const slope = ga * da + gb * db
    let share = 1
    let next = curve
    let nextLoss = loss
    for (; share >= leastShare; share /= 2) {
      next = { a: curve.a + share * da, b: curve.b + share * db }
      nextLoss = lossOf(targets, next)
      if (nextLoss < loss + 1e-4 * share * slope) break
    }
    if (share < leastShare) break
    curve = next
    loss = nextLoss
  }
  return curve
}

export const plattAt = ({ a, b }: PlattCurve, score: number): number => 1 / (1 + Math.exp(a * score + b))

/** Cross entropy, without the overflow of exp(large) and the loss of digits of log(1 + small). */
const lossOf = (
  targets: ReadonlyArray<{ readonly score: number; readonly target: number }>,
  { a, b }: PlattCurve
): number =>
  targets.reduce((sum, { score, target }) => {
    const x = a * score + b
    return sum + (x >= 0 ? target * x + Math.log1p(Math.exp(-x)) : (target - 1) * x + Math.log1p(Math.exp(x)))
  }, 0)
