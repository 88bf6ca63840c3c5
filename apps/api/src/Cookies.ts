/** The cookie of a page that was signed in: no script reads it, and no other site's page makes a browser send it. */
import { isSecret } from "@dgas/db/ApiKey"
import { sessionHours } from "@dgas/db/ApiKeyStore"

const name = "dgas_session"

const attributes = (https: boolean): string => `; Path=/; HttpOnly; SameSite=Strict${https ? "; Secure" : ""}`

export const sessionCookie = (secret: string, { https }: { readonly https: boolean }): string =>
  `${name}=${secret}; Max-Age=${sessionHours * 3600}${attributes(https)}`

export const noCookie = ({ https }: { readonly https: boolean }): string => `${name}=; Max-Age=0${attributes(https)}`

/** The secret of the page; null without a cookie, or where its value is none. */
export const sessionOf = (headers: Headers): string | null => {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [key, value = ""] = part.trim().split("=")
    if (key === name) return isSecret(value) ? value : null
  }
  return null
}
