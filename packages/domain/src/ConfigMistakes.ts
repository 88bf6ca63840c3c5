/**
 * The mistakes of a configuration, one line each: path, what was found, what is expected.
 *
 * Every mistake that decoding reports becomes exactly one line, in the order of the paths in the schema; members of
 * a union that refuse the same value share a line. Values are shown as JSON and cut to 60 characters.
 */
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"

interface Mistake {
  readonly path: ReadonlyArray<PropertyKey>
  readonly expected: string
  readonly missing: boolean
}

/** `schedules[0].higher`, or `the configuration` for the value as a whole. */
export const pathText = (path: ReadonlyArray<PropertyKey>): string => {
  let text = ""
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`
    else if (/^[A-Za-z_$][\w$]*$/.test(String(key))) text += text === "" ? String(key) : `.${String(key)}`
    else text += `[${JSON.stringify(String(key))}]`
  }
  return text === "" ? "the configuration" : text
}

const shownLength = 60

/** The value as JSON of at most 60 characters; what JSON cannot say (NaN, a function, nothing) is named. */
export const foundText = (value: unknown): string => {
  if (value === undefined) return "nothing"
  if (typeof value === "function") return "a function"
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "symbol") return String(value)
  const seen = new Set<unknown>()
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint" || typeof part === "function" || typeof part === "symbol") return String(part)
    if (typeof part !== "object" || part === null) return part
    if (seen.has(part)) return "seen above"
    seen.add(part)
    return part
  })
  return text.length <= shownLength ? text : `${text.slice(0, shownLength - 3)}...`
}

const valueAt = (value: unknown, path: ReadonlyArray<PropertyKey>): unknown => {
  let at = value
  for (const key of path) {
    if (typeof at !== "object" || at === null) return undefined
    at = Reflect.get(at, key)
  }
  return at
}

const format = SchemaIssue.makeFormatterDefault()

const expectedText = (issue: SchemaIssue.Issue): string => format(issue).replace(/^Expected /, "")

/** What a key that is not there should have held: the complaint of its schema about nothing. */
const expectedOfMissing = (ast: SchemaAST.AST): string => {
  const exit = Schema.decodeUnknownExit(Schema.make<Schema.Decoder<unknown>>(ast))(undefined)
  if (Exit.isSuccess(exit)) return "a value"
  const reason = exit.cause.reasons.find((reason) => reason._tag === "Fail")
  return reason === undefined ? "a value" : expectedText(reason.error.issue)
}

const knownKeys = (ast: SchemaAST.AST): string => {
  if (!SchemaAST.isObjects(ast)) return "no such key"
  const names = ast.propertySignatures.map(({ name }) => String(name))
  if (names.length > 0) return `no such key, only ${names.join(", ")}`
  const parameter = ast.indexSignatures[0]?.parameter
  const rule = parameter?.checks?.[0]?.annotations?.expected
  return typeof rule === "string" ? `as key ${rule}` : "no such key"
}

/** The key that tells the members of a union of structs apart, and the values that it may have. */
const discriminator = (ast: SchemaAST.Union) => {
  const literals = ast.types.map((type) =>
    SchemaAST.isObjects(type) ? type.propertySignatures.find((signature) => SchemaAST.isLiteral(signature.type)) : null
  )
  const key = literals[0]?.name
  if (key === undefined || !literals.every((literal) => literal?.name === key)) return null
  const values = literals.map((literal) =>
    literal && SchemaAST.isLiteral(literal.type) ? JSON.stringify(literal.type.literal) : ""
  )
  return { key, expected: values.join(" | ") }
}

const collect = (
  issue: SchemaIssue.Issue,
  path: ReadonlyArray<PropertyKey>,
  parent: SchemaAST.AST | null,
  mistakes: Array<Mistake>,
  value: unknown
): void => {
  const add = (expected: string, missing = false, at = path) => mistakes.push({ path: at, expected, missing })
  switch (issue._tag) {
    case "Filter":
      if (issue.issue._tag === "InvalidValue") add(expectedText(issue))
      else collect(issue.issue, path, parent, mistakes, value)
      return
    case "Encoding":
      return collect(issue.issue, path, parent, mistakes, value)
    case "Pointer":
      return collect(issue.issue, [...path, ...issue.path], parent, mistakes, value)
    case "Composite":
      for (const inner of issue.issues) collect(inner, path, issue.ast, mistakes, value)
      return
    case "AnyOf": {
      for (const inner of issue.issues) collect(inner, path, issue.ast, mistakes, value)
      if (issue.issues.length > 0) return
      const found = valueAt(value, path)
      const told = typeof found === "object" && found !== null ? discriminator(issue.ast) : null
      if (told === null) add(expectedText(issue))
      else add(told.expected, valueAt(found, [told.key]) === undefined, [...path, told.key])
      return
    }
    case "MissingKey": {
      const key = path.at(-1)
      if (parent !== null && SchemaAST.isObjects(parent)) {
        const signature = parent.propertySignatures.find(({ name }) => name === key)
        add(signature === undefined ? "a value" : expectedOfMissing(signature.type), true)
      } else {
        add("a list of at least one", false, path.slice(0, -1))
      }
      return
    }
    case "UnexpectedKey":
      add(knownKeys(issue.ast))
      return
    default:
      add(expectedText(issue))
  }
}

/** The lines of `issue`, which decoding `value` came to: `schedules[0].higher: found "1x", expected "1m" | "5m"`. */
export const mistakeLines = (issue: SchemaIssue.Issue, value: unknown): ReadonlyArray<string> => {
  const mistakes: Array<Mistake> = []
  collect(issue, [], null, mistakes, value)
  const byPath = new Map<string, { found: string; expected: Set<string> }>()
  for (const { expected, missing, path } of mistakes) {
    const text = pathText(path)
    const found = missing ? "nothing" : foundText(valueAt(value, path))
    const line = byPath.get(text) ?? { found, expected: new Set() }
    byPath.set(text, line)
    line.expected.add(expected)
  }
  return [...byPath].map(([path, { expected, found }]) =>
    `${path}: found ${found}, expected ${[...expected].join(" or ")}`
  )
}
