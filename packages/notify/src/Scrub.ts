/**
 * What may be kept of an answer: its beginning, without secrets, in characters that PostgreSQL takes.
 *
 * A secret is found as it is and as receivers say it back: in another case, escaped for a URL, for JSON or for HTML, once
 * or twice, in hex, and in base64, alone or inside something longer. Of a URL its parts count too. It is removed before the text is cut, and
 * a part of one at the end of the text, which may have been cut before, goes as well.
 */
import * as Redacted from "effect/Redacted"

const longest = 1024
/** Parts of a URL shorter than this are words such as `api`. */
const shortestPart = 4
const mark = "[secret]"

/** At most 1,024 UTF-16 units, without control characters other than tab and line feed. */
export const scrub = (text: string, secrets: ReadonlyArray<Redacted.Redacted<string>>): string => {
  const forms = [...new Set(secrets.flatMap((secret) => partsOf(Redacted.value(secret)).flatMap(formsOf)))]
    .filter((form) => form !== "")
    .toSorted((one, two) => two.length - one.length)
  // Characters go first: one that is taken out could join the halves of a secret.
  const whole = text.replaceAll(/(?![\t\n])\p{Cc}/gu, "")
  const clean = forms.length === 0
    ? whole
    : withoutBegun(whole.replaceAll(new RegExp(forms.map(RegExp.escape).join("|"), "gi"), mark), forms)
  return clean.slice(0, longest).toWellFormed()
}

const partsOf = (secret: string): ReadonlyArray<string> => {
  const url = URL.parse(secret)
  // What a key of Standard Webhooks begins with is said of every one.
  if (url === null) return [secret, secret.replace(/^whsec_/, "")]
  const { hash, href, password, pathname, search, searchParams, username } = url
  const parts = [...pathname.split("/"), ...searchParams.values(), username, password, hash.slice(1)]
  return [
    secret,
    href,
    ...[pathname, search, `${pathname}${search}`, ...parts, ...parts.map(unescaped)].filter(({ length }) =>
      length >= shortestPart
    )
  ]
}

/** Unlike `decodeURIComponent` it takes anything. */
const unescaped = (part: string): string =>
  new URLSearchParams(`part=${part.replaceAll("+", "%2B").replaceAll("&", "%26")}`).get("part") ?? part

const formsOf = (part: string): ReadonlyArray<string> => {
  const once = escapes.map((escape) => escape(part))
  return [part, ...once, ...once.flatMap((form) => escapes.map((escape) => escape(form))), ...encodings(part)]
}

const json = (text: string) => JSON.stringify(text).slice(1, -1)

const escapes: ReadonlyArray<(text: string) => string> = [
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => encodeURI(text.toWellFormed()),
  (text) => new URLSearchParams([["", text]]).toString().slice(1),
  json,
  (text) => json(text).replaceAll("/", "\\/"),
  // Also what is left of ASCII when others are escaped.
  (text) =>
    json(text).replaceAll(
      /[^\x20-\x7e]|[<>&'/+=]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
    ),
  (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;").replaceAll(
      "'",
      "&#39;"
    )
]

const encodings = (part: string): ReadonlyArray<string> => {
  const bytes = Buffer.from(part)
  const hex = bytes.toString("hex")
  // Inside something longer it begins 0, 1 or 2 bytes into a group of 3; characters that mix it with neighbours are left out.
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64")
    const inside = text.slice(Math.ceil(before * 8 / 6), Math.floor((before + bytes.length) * 8 / 6))
    return [inside, inside.replaceAll("+", "-").replaceAll("/", "_")]
  })
  return [hex, ...base64.filter(({ length }) => length >= shortestPart)]
}

/** Without the beginning of a form at the end of the text. */
const withoutBegun = (text: string, forms: ReadonlyArray<string>): string => {
  const low = text.toLowerCase()
  const begun = forms.map((form) => {
    const whole = form.toLowerCase()
    let length = Math.min(whole.length - 1, low.length)
    while (length >= shortestPart && !low.endsWith(whole.slice(0, length))) length--
    return length < shortestPart ? 0 : length
  })
  const most = Math.max(...begun)
  return most === 0 ? text : `${text.slice(0, text.length - most)}${mark}`
}
