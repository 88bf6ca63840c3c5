/** Where a run is, on standard error: one line that changes on a terminal, a line every ten seconds in a log. */

const inLogMs = 10_000

export const makeTell = (title: string) => {
  const terminal = process.stderr.isTTY === true
  const started = performance.now()
  let told = -Infinity
  let phase = ""
  const line = (text: string) => {
    const now = performance.now()
    const shown = `${title}, ${Math.round((now - started) / 1000)} s: ${text}`
    const next = text.split(/[,;]/)[0] ?? ""
    if (terminal) process.stderr.write(`\r\u001b[K${shown.slice(0, process.stderr.columns - 1)}`)
    else if (next !== phase || now - told >= inLogMs) {
      told = now
      process.stderr.write(`${shown}\n`)
    }
    phase = next
  }
  return { line, end: () => void (terminal && process.stderr.write("\r\u001b[K")) }
}
