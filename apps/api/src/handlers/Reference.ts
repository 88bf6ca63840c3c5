/** The reference of the API: its document for programs, and the same to be read. */
import * as Effect from "effect/Effect"
import type { Handlers } from "../Handler.ts"
import { openApi } from "../OpenApi.ts"
import { referencePage, referenceStyle } from "../ReferencePage.ts"
import { version } from "../Version.ts"

const document = openApi(version)
const text = JSON.stringify(document)
const page = referencePage(document)

export const referenceHandlers: Handlers<"docs" | "docsStyle" | "openapi", never> = {
  openapi: () => Effect.sync(() => new Response(text, { headers: { "content-type": "application/json" } })),
  docs: () => Effect.succeed(new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } })),
  docsStyle: () =>
    Effect.succeed(new Response(referenceStyle, { headers: { "content-type": "text/css; charset=utf-8" } }))
}
