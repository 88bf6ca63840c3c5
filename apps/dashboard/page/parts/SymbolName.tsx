/** A symbol, as a link to its view. Prices that a generator made say so wherever the symbol stands. */
import { hashOf } from "../Place.ts"

/** Such symbols begin so, whatever their source, and no other: SIMO is a share. */
export const isSimulated = (symbol: string): boolean => symbol.startsWith("SIM-")

export const SimulatedMark = () => <span class="sim" title="Prices that a generator made, of no market">simulated</span>

/** Letters. Such names take several lines, and leave the other columns their place. */
const longFrom = 16

export const SymbolName = ({ symbol }: { readonly symbol: string }) => (
  <span class={symbol.length > longFrom ? "symbol long" : "symbol"}>
    <a href={hashOf("symbol", symbol)}>{symbol}</a>
    {isSimulated(symbol) && <SimulatedMark />}
  </span>
)
