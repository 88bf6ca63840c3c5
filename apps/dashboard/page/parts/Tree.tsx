/** Any JSON, to be read: names and values, parts of parts indented. */
import { words } from "../texts.ts"

const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null

const textOf = (value: unknown): string => value === null || value === undefined ? "none" : String(value)

export const Tree = ({ value }: { readonly value: unknown }) => {
  if (isPlain(value)) return <span class="value">{textOf(value)}</span>
  if (Array.isArray(value)) {
    return value.length === 0
      ? <span class="soft">none</span>
      : value.every(isPlain)
      ? <span class="value">{value.map(textOf).join(", ")}</span>
      : (
        <ol class="tree">
          {value.map((one, index) => (
            <li key={index}>
              <Tree value={one} />
            </li>
          ))}
        </ol>
      )
  }
  const entries = Object.entries(value ?? {})
  return entries.length === 0 ? <span class="soft">none</span> : (
    <dl class="tree">
      {entries.map(([name, one]) => (
        <div key={name}>
          <dt>{/^[a-z]+[A-Z]/.test(name) ? words(name) : name}</dt>
          <dd>
            <Tree value={one} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
