/** The page and what it is made of: a file that is named after its content may be kept for ever, the page is asked about each time. */
import { type Asset, pageFiles } from "@dgas/dashboard/Assets"
import * as Effect from "effect/Effect"
import { NotFound } from "../ApiError.ts"
import type { Handlers } from "../Handler.ts"

const kept = "public, max-age=31536000, immutable"
const asked = "no-cache"

// A page that does not build is a bug.
const files = Effect.promise(pageFiles)

/** Compressed for whoever takes it; nothing where it is known already. */
const served = ({ bytes, etag, gzip, type }: Asset, request: Request, cacheControl: string): Response => {
  const isCompressed = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")
  const headers = {
    "cache-control": cacheControl,
    "content-type": type,
    etag,
    vary: "accept-encoding"
  }
  if (request.headers.get("if-none-match")?.includes(etag) === true) return new Response(null, { status: 304, headers })
  return isCompressed
    ? new Response(gzip, { headers: { ...headers, "content-encoding": "gzip" } })
    : new Response(bytes, { headers })
}

export const pageHandlers: Handlers<"page" | "asset", never> = {
  page: ({ request }) => Effect.map(files, ({ page }) => served(page, request, asked)),
  asset: ({ params: { file }, request }) =>
    Effect.flatMap(files, ({ assets }) => {
      const asset = assets.get(file)
      return asset === undefined
        ? Effect.fail(new NotFound({ what: "file" }))
        : Effect.succeed(served(asset, request, kept))
    })
}
