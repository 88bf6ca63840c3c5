/** One symbol: its bars with dot and envelope, the levels of the next bar with how often such ones held, and the last decision. */
import { useAnswer } from "../answers.ts"
import { Card } from "../parts/Card.tsx"
import { Shown, Waiting } from "../parts/Shown.tsx"
import { place } from "../Place.ts"
import { OneSymbol } from "./symbol/OneSymbol.tsx"
import { type Known, nameOf, SymbolChooser } from "./symbol/SymbolChooser.tsx"

export const SymbolView = ({ id }: { readonly id: string | null }) => {
  const { search = "", source = "" } = place.value.filters
  const answer = useAnswer("listSymbols", { query: { limit: "200", ...search === "" ? {} : { search } } })
  // The one of the address may be behind the first 200.
  const named = useAnswer("listSymbols", id === null ? null : { query: { limit: "50", search: id } })
  const isMeant = (one: Known) => one.symbol === id && (source === "" || one.source === source)
  return (
    <Shown answer={answer}>
      {({ items }) => {
        const known = id === null
          ? items.find(({ timeframes }) => timeframes.length > 0) ?? items[0]
          : items.find(isMeant) ?? named.value?.items.find(isMeant)
        if (items.length === 0 && known === undefined && search === "") {
          return (
            <Card title="Symbols" wide>
              <p class="empty">No symbols are known yet: they are stored with their first bars.</p>
            </Card>
          )
        }
        return (
          <>
            <SymbolChooser items={items} known={known} />
            {known !== undefined
              ? <OneSymbol key={nameOf(known)} known={known} />
              : id === null
              ? (
                <Card title="Symbols" wide>
                  <p class="empty">No symbol has that in its name.</p>
                </Card>
              )
              : named.loading
              ? <Waiting />
              : (
                <Card title={id} wide>
                  <p class="empty">There is no symbol {id} in this database.</p>
                </Card>
              )}
          </>
        )
      }}
    </Shown>
  )
}
