/** Whom the workers tell besides the console: webhooks of receivers on this machine, see `Receivers`. */

export const receiverNames = ["well", "failing", "slow", "silent", "forgetful"] as const
export type ReceiverName = typeof receiverNames[number]

const variables = (name: ReceiverName) => ({
  urlVariable: `CHAOS_${name.toUpperCase()}_URL`,
  secretVariable: `CHAOS_${name.toUpperCase()}_SECRET`
})

/** Told all that the console is told, so that the same is to be expected of each. */
export const destinations = Object.fromEntries(
  receiverNames.map((name) => [name, { kind: "webhook", ...variables(name), minConfidence: 0, baseRates: false }])
)

export interface Address {
  readonly name: ReceiverName
  readonly url: string
  readonly secret: string
}

/** What the environment of whoever tells them has to hold. */
export const environmentOf = (addresses: ReadonlyArray<Address>): Readonly<Record<string, string>> =>
  Object.fromEntries(addresses.flatMap(({ name, secret, url }) => {
    const { secretVariable, urlVariable } = variables(name)
    return [[urlVariable, url], [secretVariable, secret]]
  }))
