/** Preloaded into workers by `--mutant`: gives one source file with one text replaced, and leaves the file itself alone. */
import { plugin } from "bun"
import type { Rewrite } from "./Mutants.ts"

const { file, find, put }: Rewrite = JSON.parse(process.env["DGAS_MUTANT"]!)

plugin({
  name: "mutate",
  setup: (build) => {
    build.onLoad({ filter: new RegExp(`^${file.replace(/[^\w/]/g, "\\$&")}$`) }, async (args) => ({
      contents: (await Bun.file(args.path).text()).replace(find, () => put),
      loader: "ts"
    }))
  }
})
