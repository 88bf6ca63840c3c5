/** What is listed, as a file: JSON as it came, CSV with a column for each plain value. */
import { csvOf } from "../csv.ts"
import { plural } from "../texts.ts"

const save = (name: string, type: string, text: string) => {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = Object.assign(document.createElement("a"), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}

export const Export = ({ csvHref, name, rows }: {
  readonly name: string
  readonly rows: ReadonlyArray<object>
  /** Where the API itself has the CSV, of all rows and not only those that are shown. */
  readonly csvHref?: string
}) =>
  rows.length === 0 ? null : (
    <span class="export">
      {csvHref === undefined
        ? (
          <button type="button" class="quiet" onClick={() => save(`${name}.csv`, "text/csv", csvOf(rows))}>
            CSV
          </button>
        )
        : (
          <a
            class="button quiet"
            href={csvHref}
            download={`${name}.csv`}
            title="All that fit the filters, the newest 366 days of them"
          >
            CSV
          </a>
        )}
      <button
        type="button"
        class="quiet"
        title={`${plural(rows.length, "row")} that are shown`}
        onClick={() => save(`${name}.json`, "application/json", `${JSON.stringify(rows, null, 2)}\n`)}
      >
        JSON
      </button>
    </span>
  )
