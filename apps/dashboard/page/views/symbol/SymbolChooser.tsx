/** Leads from symbol to symbol. */
import type { AnswerOf } from "../../client.ts"
import { Choice } from "../../parts/Field.tsx"
import { SearchInput } from "../../parts/SearchInput.tsx"
import { goTo, hashOf, place, setFilters } from "../../Place.ts"

type Symbols = AnswerOf<"listSymbols">["items"]
export type Known = Symbols[number]

export const nameOf = ({ source, symbol }: Known) => `${source}/${symbol}`

/** Of a symbol that several sources have the address also names the source. */
const hashTo = (known: Known, all: ReadonlyArray<Known>) =>
  hashOf(
    "symbol",
    known.symbol,
    all.filter(({ symbol }) => symbol === known.symbol).length > 1 ? { source: known.source } : {}
  )

export const SymbolChooser = ({ items, known }: { readonly items: Symbols; readonly known: Known | undefined }) => {
  const all = known === undefined || items.includes(known) ? items : [known, ...items]
  return (
    <div class="filters">
      <Choice
        label="Symbol"
        value={known === undefined ? "" : nameOf(known)}
        choices={[
          ...known === undefined ? [["", "choose one"] as const] : [],
          ...all.map((one) => [nameOf(one), `${one.symbol}, ${one.simulated ? "simulated" : one.source}`] as const)
        ]}
        onChoose={(name) => {
          const chosen = all.find((one) => nameOf(one) === name)
          if (chosen !== undefined) goTo(hashTo(chosen, all))
        }}
      />
      <SearchInput
        label="Search"
        value={place.value.filters["search"] ?? ""}
        onSearch={(search) => setFilters({ search })}
      />
    </div>
  )
}
