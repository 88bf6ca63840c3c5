/** How receivers say a text back, and how somebody who reads would find it again. */

const html = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")

/** Plain, and escaped or encoded as answers and logs have it. */
export const waysToSay: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => Buffer.from(text).toString("base64"),
  (text) => Buffer.from(`user:${text}`).toString("base64"),
  (text) => Buffer.from(`a ${text} z`).toString("base64url"),
  (text) => Buffer.from(text).toString("hex"),
  (text) => JSON.stringify(JSON.stringify({ said: text })),
  (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  html
]

const readings: ReadonlyArray<(text: string) => string> = [
  (text) => text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString()),
  (text) => text.replaceAll(/\\+u([0-9A-Fa-f]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
  (text) => text.replaceAll(/\\+(["/\\])/g, "$1"),
  (text) =>
    text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", "\"").replaceAll("&#39;", "'").replaceAll(
      "&amp;",
      "&"
    ),
  (text) => (text.match(/(?:[0-9A-Fa-f]{2}){8,}/g) ?? []).map((run) => Buffer.from(run, "hex").toString()).join("\n"),
  (text) =>
    (text.match(/[A-Za-z0-9+/_-]{11,}/g) ?? []).flatMap((run) =>
      [0, 1, 2, 3].map((skipped) => Buffer.from(run.slice(skipped), "base64").toString("latin1"))
    ).join("\n")
]

/** The text and what it says in other words, to the depth of two. */
const readIn = (text: string): ReadonlyArray<string> => {
  const once = readings.map((reading) => reading(text))
  return [text, ...once, ...once.slice(0, 4).flatMap((said) => readings.map((reading) => reading(said)))]
}

/** Names of the secrets that somebody who reads `text` would find, whole, in whatever words. */
export const found = (text: string, secrets: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const views = readIn(text).map((view) => view.toLowerCase())
  return Object.entries(secrets).flatMap(([name, secret]) =>
    views.some((view) => view.includes(secret.toLowerCase())) ? [name] : []
  )
}
