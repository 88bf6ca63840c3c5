/**
 * The mistakes of a configuration, one line each: path, what was found, what is expected.
 *
 * Every mistake that decoding reports becomes exactly one line, in the order of the paths in the schema; members of
 * a union that refuse the same value share a line. Values are shown as JSON and cut to 60 characters.
 */
import * as Match from "effect/Match"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
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
const expectedOfMissing = (ast: SchemaAST.AST): string =>
  Result.match(Schema.decodeResult(Schema.make<Schema.Decoder<unknown>>(ast))(undefined), {
    onFailure: ({ issue }) => expectedText(issue),
    onSuccess: () => "a value"
  })

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

/** One mistake a path: what is expected there, joined. */
const samePath = (mistakes: ReadonlyArray<Mistake>, word: string): ReadonlyArray<Mistake> =>
  [...Map.groupBy(mistakes, ({ path }) => pathText(path)).values()].map((group) => ({
    ...group[0]!,
    expected: [...new Set(group.map(({ expected }) => expected))].join(word)
  }))

const ofMissing = (path: ReadonlyArray<PropertyKey>, parent: SchemaAST.AST | null): Mistake => {
  if (parent === null || !SchemaAST.isObjects(parent)) {
    return { path: path.slice(0, -1), expected: "a list of at least one", missing: false }
  }
  const signature = parent.propertySignatures.find(({ name }) => name === path.at(-1))
  return { path, expected: signature === undefined ? "a value" : expectedOfMissing(signature.type), missing: true }
}

const ofUnion = (issue: SchemaIssue.AnyOf, path: ReadonlyArray<PropertyKey>, value: unknown): Mistake => {
  const found = valueAt(value, path)
  const told = typeof found === "object" && found !== null ? discriminator(issue.ast) : null
  return told === null
    ? { path, expected: expectedText(issue), missing: false }
    : { path: [...path, told.key], expected: told.expected, missing: !Object.hasOwn(Object(found), told.key) }
}

/** The mistakes in `issue`; `parent` is the schema of the struct or list that `path` ends in. */
const mistakesOf = (
  issue: SchemaIssue.Issue,
  path: ReadonlyArray<PropertyKey>,
  parent: SchemaAST.AST | null,
  value: unknown
): ReadonlyArray<Mistake> => {
  const plain = (leaf: SchemaIssue.Issue) => [{ path, expected: expectedText(leaf), missing: false }]
  const inside = (inner: SchemaIssue.Issue) => mistakesOf(inner, path, parent, value)
  return Match.valueTags(issue, {
    Filter: (filter) => Predicate.isTagged(filter.issue, "InvalidValue") ? plain(filter) : inside(filter.issue),
    Encoding: (encoding) => inside(encoding.issue),
    Pointer: (pointer) => mistakesOf(pointer.issue, [...path, ...pointer.path], parent, value),
    Composite: ({ ast, issues }) => samePath(issues.flatMap((inner) => mistakesOf(inner, path, ast, value)), " and "),
    AnyOf: (union) =>
      union.issues.length > 0 ? samePath(union.issues.flatMap(inside), " or ") : [ofUnion(union, path, value)],
    MissingKey: () => [ofMissing(path, parent)],
    UnexpectedKey: ({ ast }) => [{ path, expected: knownKeys(ast), missing: false }],
    InvalidType: plain,
    InvalidValue: plain,
    Forbidden: plain,
    OneOf: plain
  })
}

/**
 * The lines of `issue`, which decoding `value` came to: `schedules[0].higher: found "1x", expected "1m" | "5m"`. What
 * was found at a path that `secrets` matches is not shown.
 */
export const mistakeLines = (
  issue: SchemaIssue.Issue,
  value: unknown,
  secrets = /^(?!)/
): ReadonlyArray<string> =>
  mistakesOf(issue, [], null, value).map(({ expected, missing, path }) => {
    const at = pathText(path)
    const found = missing ? "nothing" : secrets.test(at) ? "a secret" : foundText(valueAt(value, path))
    return `${at}: found ${found}, expected ${expected}`
  })
