/** The newest signals of a symbol. */
import { usePages } from "../../pages.ts"
import { Card } from "../../parts/Card.tsx"
import { Trouble, Waiting } from "../../parts/Shown.tsx"
import { shortColumns, SignalTable } from "../../parts/SignalTable.tsx"
import { hashOf, origin } from "../../Place.ts"

export const SymbolSignals = ({ symbol }: { readonly symbol: string }) => {
  const { failure, rows } = usePages("listSignals", { symbol, origin: origin.value }, ({ id }) => id)
  return (
    <Card title="Its signals" wide actions={<a href={hashOf("signals", null, { symbol })}>All of {symbol}</a>}>
      {failure !== null && <Trouble failure={failure} />}
      {rows === null
        ? failure === null && <Waiting />
        : (
          <SignalTable
            label={`Signals of ${symbol}`}
            columns={shortColumns.filter(({ title }) => title !== "symbol")}
            rows={rows.slice(0, 10)}
            empty={`No ${origin.value === "ALL" ? "" : `${origin.value} `}signals of ${symbol} are stored.`}
          />
        )}
    </Card>
  )
}
