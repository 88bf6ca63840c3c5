/**
 * The API as the page asks it: typed by the contract's table of routes, of which nothing is loaded but types.
 *
 * Where the table changes a method, a path or a shape, this does not compile.
 */
import type { Problem } from "@dgas/contract/Problem"
import type { OnTheWire, Wire } from "@dgas/contract/Route"
import type { RouteName, Routes } from "@dgas/contract/Routes"
import { signal } from "@preact/signals"

const places = {
  getCaller: ["get", "/v1/me"],
  getHealth: ["get", "/v1/health"],
  getConfig: ["get", "/v1/config"],
  listKeys: ["get", "/v1/keys"],
  createKey: ["post", "/v1/keys"],
  revokeKey: ["delete", "/v1/keys/:prefix"],
  signOut: ["post", "/v1/sign-out"],
  getScheduler: ["get", "/v1/scheduler"],
  runNow: ["post", "/v1/scheduler/runs"],
  getRunRequest: ["get", "/v1/scheduler/runs/:id"],
  listRuns: ["get", "/v1/runs"],
  getRun: ["get", "/v1/runs/:id"],
  listSlots: ["get", "/v1/slots"],
  slotDays: ["get", "/v1/slots/days"],
  listSignals: ["get", "/v1/signals"],
  getSignal: ["get", "/v1/signals/:id"],
  acknowledgeSignal: ["put", "/v1/signals/:id/acknowledgement"],
  correctOutcome: ["put", "/v1/signals/:id/outcome"],
  withdrawCorrection: ["delete", "/v1/signals/:id/outcome"],
  listSymbols: ["get", "/v1/symbols"],
  listGeometry: ["get", "/v1/geometry"],
  getLevels: ["get", "/v1/levels"],
  getAnalysis: ["get", "/v1/analysis"],
  getCalibration: ["get", "/v1/calibration"],
  getEdge: ["get", "/v1/edge"],
  getPerformance: ["get", "/v1/performance"],
  listDeliveries: ["get", "/v1/deliveries"],
  getDelivery: ["get", "/v1/deliveries/:id"],
  replayDelivery: ["post", "/v1/deliveries/:id/replay"],
  listDestinations: ["get", "/v1/destinations"],
  testDestination: ["post", "/v1/destinations/:name/test"],
  enableDestination: ["post", "/v1/destinations/:name/enable"],
  replayDestination: ["post", "/v1/destinations/:name/replay"],
  listMutes: ["get", "/v1/mutes"],
  addMute: ["post", "/v1/mutes"],
  liftMute: ["delete", "/v1/mutes/:id"]
} as const satisfies { readonly [Name in RouteName]?: readonly [Routes[Name]["method"], Routes[Name]["path"]] }

export type Callable = keyof typeof places

type Encoded<S> = S extends Wire ? S["Encoded"] : never
type Part<Name extends Callable, Key extends string> = Routes[Name] extends { readonly [K in Key]: infer S } ?
  Encoded<S>
  : never

/** What a route is asked with, as it travels. A part that the route does not have cannot be given. */
export type AskedOf<Name extends Callable> =
  & ([Part<Name, "params">] extends [never] ? unknown : { readonly params: Part<Name, "params"> })
  & ([Part<Name, "query">] extends [never] ? unknown : { readonly query: Part<Name, "query"> })
  & ([Part<Name, "body">] extends [never] ? unknown : { readonly body: Part<Name, "body"> })

export type AnswerOf<Name extends Callable> = OnTheWire<Routes[Name]>

/** `status` is 0 where nothing was answered. The message is for people. */
export class Failure extends Error {
  readonly status: number
  readonly retryAfterS: number
  constructor(status: number, message: string, retryAfterS = 1) {
    super(message)
    this.status = status
    this.retryAfterS = retryAfterS
  }
}

/** How often a request was refused for who sent it. */
export const refused = signal(0)

interface Parts {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
}

/** `?symbol=X&limit=50`, without what is undefined. */
export const searchOf = (query: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, value]]
  )
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`
}

const send = async (name: Callable, { body, params = {}, query = {} }: Parts, stop: AbortSignal | null) => {
  const [method, pattern] = places[name]
  const path = pattern.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ""))
  const init: RequestInit = { method: method.toUpperCase(), credentials: "same-origin", signal: stop }
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { "content-type": "application/json" }
  }
  try {
    return await fetch(`${path}${searchOf(query)}`, init)
  } catch (thrown) {
    if (stop?.aborted === true) throw thrown
    throw new Failure(
      0,
      "The API cannot be reached. It may have been stopped; this page goes on as soon as it answers."
    )
  }
}

export const failureOf = async (response: Response): Promise<Failure> => {
  const problem: Partial<Problem> = await response.json().catch(() => ({}))
  const mistakes = (problem.mistakes ?? []).map(({ expected, where }) => `${where}: ${expected}`).join("; ")
  const said = problem.detail ?? `the API answered ${response.status}`
  const detail = response.status === 500 && problem.requestId !== undefined ? `${said}: ${problem.requestId}` : said
  return new Failure(
    response.status,
    mistakes === "" ? detail : `${detail} (${mistakes})`,
    Number(response.headers.get("retry-after") ?? 1)
  )
}

/** Fails with a `Failure`, or with what `stop` was aborted by. */
export const call = async <Name extends Callable>(
  name: Name,
  asked: AskedOf<Name>,
  stop: AbortSignal | null = null
): Promise<AnswerOf<Name>> => {
  const response = await send(name, asked as Parts, stop)
  if (response.status === 401 && name !== "getCaller") refused.value++
  if (!response.ok) throw await failureOf(response)
  const answered: AnswerOf<Name> = response.status === 204 ? undefined : await response.json()
  return answered
}
