/**
 * The OpenAPI document as one page to be read: no script, nothing from elsewhere, and its style under a path of its own, so
 * that it stands under the strictest policy of content.
 */
import { html, type Markup } from "@dgas/notify/Markup"
import type * as Schema from "effect/Schema"

type Json = Schema.Json
type Node = { readonly [key: string]: Json }

const isNode = (value: Json | undefined): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const at = (node: Json | undefined, ...keys: ReadonlyArray<string>): Json | undefined =>
  keys.reduce<Json | undefined>((found, key) => isNode(found) ? found[key] : undefined, node)
const entries = (node: Json | undefined): ReadonlyArray<readonly [string, Json]> =>
  isNode(node) ? Object.entries(node) : []
const listOf = (value: Json | undefined): ReadonlyArray<Json> => Array.isArray(value) ? value : []
const textOf = (value: Json | undefined): string => typeof value === "string" ? value : ""

/** `string (date-time) or null`, `list of Signal`. */
const typeOf = (schema: Json | undefined): Markup => {
  const reference = textOf(at(schema, "$ref")).split("/").at(-1)
  if (reference) return html`<a href="#schema-${reference}">${reference}</a>`
  const options = [...listOf(at(schema, "anyOf")), ...listOf(at(schema, "oneOf"))]
  if (options.length > 0) return html`${options.map((one, index) => html`${index === 0 ? "" : " or "}${typeOf(one)}`)}`
  const words = listOf(at(schema, "enum"))
  if (words.length > 0) return html`${words.map(String).join(", ")}`
  const type = textOf(at(schema, "type"))
  if (type === "array") return html`list of ${typeOf(at(schema, "items"))}`
  const format = textOf(at(schema, "format")) || textOf(at(listOf(at(schema, "allOf"))[0], "format"))
  return html`${format === "" ? type || "any" : `${type} (${format})`}`
}

const fields = (schema: Json | undefined): Markup => {
  const required = new Set(listOf(at(schema, "required")).map(String))
  const properties = entries(at(schema, "properties"))
  return properties.length === 0 ? html`<p>${typeOf(schema)}</p>` : table(
    ["field", "type", ""],
    properties.map(([name, type]) => [
      html`<code>${name}</code>${required.has(name) ? "" : " (may be left out)"}`,
      typeOf(type),
      html`${textOf(at(type, "description"))}`
    ])
  )
}

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<Markup>>): Markup =>
  html`<div class="wide" tabindex="0"><table><thead><tr>${
    head.map((one) => html`<th scope="col">${one}</th>`)
  }</tr></thead><tbody>${
    rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)
  }</tbody></table></div>`

const neededOf = (operation: Json): string => {
  const [first] = listOf(at(operation, "security"))
  const scope = listOf(at(first, "key"))[0]
  return scope === undefined
    ? "for everybody"
    : scope === "read"
    ? "scope read; on this machine also without a key"
    : `scope ${textOf(scope)}`
}

const answers = (operation: Json): Markup => {
  const responses = entries(at(operation, "responses"))
  const isProblem = (response: Json) => at(response, "content", "application/problem+json") !== undefined
  const good = responses.filter(([, response]) => !isProblem(response))
  const bad = responses.filter(([, response]) => isProblem(response)).map(([status]) => status)
  return html`${
    good.map(([status, response]) => {
      const [media] = entries(at(response, "content"))
      return media === undefined
        ? html`<p>Answers ${status}, without a body.</p>`
        : media[0] === "application/json"
        ? html`<p>Answers ${status}:</p>${fields(at(media[1], "schema"))}`
        : html`<p>Answers ${status}: <code>${media[0]}</code></p>`
    })
  }<p class="soft">Problems: ${bad.join(", ")}, as <a href="#schema-Problem">Problem</a>.</p>`
}

const operationPart = (path: string, method: string, operation: Json): Markup => {
  const parameters = listOf(at(operation, "parameters"))
  const body = at(operation, "requestBody", "content", "application/json", "schema")
  const id = textOf(at(operation, "operationId"))
  return html`<details id="${id}"><summary><b class="method">${method.toUpperCase()}</b> <code>${path}</code> ${
    textOf(at(operation, "summary"))
  }</summary>
<p class="soft">${id}, ${neededOf(operation)}</p>
${at(operation, "description") === undefined ? html`` : html`<p>${textOf(at(operation, "description"))}</p>`}
${
    parameters.length === 0 ? html`` : table(
      ["parameter", "in", "type", ""],
      parameters.map((one) => [
        html`<code>${textOf(at(one, "name"))}</code>${at(one, "required") === true ? "" : " (may be left out)"}`,
        html`${textOf(at(one, "in"))}`,
        typeOf(at(one, "schema")),
        html`${textOf(at(one, "description"))}`
      ])
    )
  }
${body === undefined ? html`` : html`<p>Takes JSON:</p>${fields(body)}`}
${answers(operation)}</details>
`
}

export const referencePage = (document: Node): string => {
  const operations = entries(document["paths"]).flatMap(([path, methods]) =>
    entries(methods).map(([method, operation]) => ({ path, method, operation }))
  )
  const tags = Map.groupBy(operations, ({ operation }) => textOf(listOf(at(operation, "tags"))[0]))
  const schemas = entries(at(document, "components", "schemas")).toSorted(([a], [b]) => a < b ? -1 : 1)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>dgas API</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<main>
<h1>dgas API ${textOf(at(document, "info", "version"))}</h1>
<p>${textOf(at(document, "info", "description"))}</p>
<p>The same for programs: <a href="/openapi.json">/openapi.json</a>. With a key: <code>Authorization: Bearer KEY</code>;
keys are made by <code>bun run report keys create NAME</code>.</p>
<nav aria-label="Parts">${
    [...tags.keys()].map((tag) => html`<a href="#tag-${tag}">${tag}</a> `)
  }<a href="#schemas">schemas</a></nav>
${
    [...tags].map(([tag, some]) =>
      html`<section id="tag-${tag}"><h2>${tag}</h2>
${some.map(({ method, operation, path }) => operationPart(path, method, operation))}</section>
`
    )
  }<section id="schemas"><h2>schemas</h2>
${
    schemas.map(([name, schema]) =>
      html`<details id="schema-${name}"><summary><code>${name}</code></summary>${fields(schema)}</details>
`
    )
  }</section>
</main>
</body>
</html>
`.text
}

/** Text has a contrast of at least 4.5 to 1, in the light and in the dark. */
export const referenceStyle = `:root {
  color-scheme: light dark;
  --page: #f3f4f6; --card: #ffffff; --ink: #111827; --soft: #5b6472; --line: #d9dde3; --mark: #1d4ed8;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #0f1216; --card: #1a1f26; --ink: #e8eaed; --soft: #a3acb8; --line: #36404c; --mark: #8ab4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 16px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; }
h2 { font-size: 18px; margin: 0 0 8px; }
p { margin: 8px 0; max-width: 75ch; overflow-wrap: anywhere; }
a { color: var(--mark); }
nav a { display: inline-block; margin: 0 12px 8px 0; }
.soft { color: var(--soft); font-size: 14px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin: 16px 0; }
details { border-top: 1px solid var(--line); padding: 4px 0; }
summary { cursor: pointer; padding: 6px 0; overflow-wrap: anywhere; }
summary:focus-visible, a:focus-visible, .wide:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
.method { display: inline-block; min-width: 5ch; font-size: 13px; }
code { font: 14px ui-monospace, monospace; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { color: var(--soft); font-weight: 600; }
th, td { padding: 5px 12px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
`
