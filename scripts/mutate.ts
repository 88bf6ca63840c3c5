/** Preloaded by `mutants.ts`: gives one source file with one text replaced, and leaves the file itself alone. */
import { plugin } from "bun"
import type { Mutant } from "./mutantTable.ts"

const { file, find, put }: Mutant = JSON.parse(process.env["DGAS_MUTANT"]!)

plugin({
  name: "mutate",
  setup: (build) => {
    const path = new RegExp(`^${file.replace(/[^\w/]/g, "\\$&")}$`)
    build.onLoad({ filter: path }, async (args) => ({
      contents: (await Bun.file(args.path).text()).replace(find, () => put),
      loader: "ts"
    }))
  }
})
