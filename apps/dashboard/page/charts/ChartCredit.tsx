/** Who made the library that draws the candles, as its licence asks for. */
export const ChartCredit = () => (
  <figcaption class="credit">
    Hollow bars closed higher, filled ones lower. Dotted is the dot, the lines around it are the envelope. Charts by
    {" "}
    <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">TradingView Lightweight Charts™</a>
  </figcaption>
)
