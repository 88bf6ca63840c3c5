/** What is looked at in the end: a figure, what it has to be, and whether it is. */

export interface Check {
  readonly name: string
  readonly figure: string
  /** What the figure has to be; empty for one that only tells. */
  readonly bound: string
  readonly ok: boolean
  /** Some of what was wrong. */
  readonly examples: ReadonlyArray<string>
}

export const isOk = (checks: ReadonlyArray<Check>): boolean => checks.every(({ ok }) => ok)

const shown = 5

/** Things of which there must be none. */
export const none = (name: string, wrong: ReadonlyArray<string>, of = ""): Check => ({
  name,
  figure: of === "" ? String(wrong.length) : `${wrong.length} of ${of}`,
  bound: "0",
  ok: wrong.length === 0,
  examples: wrong.slice(0, shown)
})

/** The same, of which only the number is known. */
export const zero = (name: string, count: number, of = ""): Check => ({
  name,
  figure: of === "" ? String(count) : `${count} of ${of}`,
  bound: "0",
  ok: count === 0,
  examples: []
})

const seconds = (ms: number) => (ms / 1000).toFixed(1)

/** `values` in milliseconds. */
export const atMost = (name: string, boundMs: number, values: ReadonlyArray<{ ms: number; what: string }>): Check => {
  const worst = values.toSorted((a, b) => b.ms - a.ms)
  const most = worst[0]?.ms ?? 0
  return {
    name,
    figure: values.length === 0
      ? "none"
      : `${seconds(worst[worst.length >> 1]!.ms)} s in the middle, ${seconds(most)} s at most, of ${values.length}`,
    bound: `${boundMs / 1000} s`,
    ok: most <= boundMs,
    examples: worst.filter(({ ms }) => ms > boundMs).slice(0, shown).map(({ ms, what }) => `${seconds(ms)} s ${what}`)
  }
}

export const figure = (name: string, text: string): Check => ({ name, figure: text, bound: "", ok: true, examples: [] })
