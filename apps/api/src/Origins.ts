/**
 * Under which names the API may be asked, and by whose pages.
 *
 * A page of somebody else may make a browser ask the API, under a name of its own that it has led to this machine, or from
 * its own origin. Both are seen in headers that a page cannot set: `Host`, `Origin` and `Sec-Fetch-Site`.
 */
import { isIP } from "node:net"
import { isLoopback } from "./Addresses.ts"

export interface Origins {
  /** Why the request may not be answered, null when it may. */
  readonly objection: (request: Request) => string | null
  /** Whether it is known to come from a page of the API itself. */
  readonly isOwnPage: (request: Request) => boolean
  /** Whether it was asked under a name of this machine alone. */
  readonly isLocalName: (request: Request) => boolean
}

/** `bound` is the address that the API listens at, `hosts` are further names, with their port where that matters. */
export const makeOrigins = (
  { bound, hosts }: { readonly bound: string; readonly hosts: ReadonlyArray<string> }
): Origins => {
  const names = new Set(hosts.map((host) => split(host)?.name))
  const own = new Set(hosts)
  const open = !isLoopback(bound)

  const isOwnName = (name: string): boolean =>
    isLoopback(name) || names.has(name) ||
    // No name leads to a page of the API that is asked by its address, so nobody else's can.
    (open && isIP(name.replace(/^\[|\]$/g, "")) !== 0)

  const isOwnOrigin = (request: Request, origin: string): boolean => {
    const from = URL.parse(origin)
    if (from === null || !/^https?:$/.test(from.protocol)) return false
    const host = request.headers.get("host") ?? ""
    return own.has(from.host) || URL.parse(`${from.protocol}//${host}`)?.host === from.host
  }

  const objection = (request: Request): string | null => {
    const host = split(request.headers.get("host") ?? "")
    if (host === null || !isOwnName(host.name)) {
      return "the Host is not a name of this API, expected that of this machine or one of api.hosts of the configuration"
    }
    const origin = request.headers.get("origin")
    if (origin !== null) {
      return isOwnOrigin(request, origin) ? null : "the Origin is another site's, expected that of this API"
    }
    const site = request.headers.get("sec-fetch-site")
    return site === null || site === "same-origin" || site === "none" || isNavigation(request)
      ? null
      : "the request is another site's, expected one of this API's own pages"
  }

  const isOwnPage = (request: Request): boolean => {
    const origin = request.headers.get("origin")
    return origin === null ? request.headers.get("sec-fetch-site") === "same-origin" : isOwnOrigin(request, origin)
  }

  const isLocalName = (request: Request): boolean => {
    const host = split(request.headers.get("host") ?? "")
    return host !== null && isLoopback(host.name)
  }
  return { objection, isOwnPage, isLocalName }
}

/** A link that was followed: what is shown is not readable for the page that had it. */
const isNavigation = ({ headers, method }: Request): boolean =>
  method === "GET" && headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document"

const split = (host: string): { readonly name: string } | null => {
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(host)
  return found === null ? null : { name: found[1]!.toLowerCase() }
}
