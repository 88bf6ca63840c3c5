/**
 * The configuration file of a project, found, run and decoded.
 *
 * A file that is not there, does not run, exports nothing or holds mistakes is a `ConfigInvalid` that names the file
 * and what to do. The file is a program: a second load in one process gives what the first one exported.
 */
import * as Effect from "effect/Effect"
import { existsSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { type Config, ConfigInvalid, decodeConfig } from "./Config.ts"

export const configFileName = "dgas.config.ts"

/** `file` is absolute; `root` is its folder, from which relative paths and `.dgas/` are meant. */
export interface LoadedConfig {
  readonly config: Config
  readonly file: string
  readonly root: string
}

const shape = "export default defineConfig({ ... })"

/** What `import` gives for `file`, or why it gives nothing: the first line of what was thrown. */
const load = (shown: string, file: string) =>
  Effect.tryPromise({
    try: (): Promise<{ readonly default?: unknown }> => import(pathToFileURL(file).href),
    catch: (thrown) =>
      new ConfigInvalid({
        file: shown,
        detail: `could not be loaded: ${
          String(thrown instanceof Error ? thrown.message : thrown).split("\n")[0]
        }; correct the file, which is run as a program`
      })
  })

/**
 * Loads and decodes `file`, by default `dgas.config.ts` in the working directory. Fails with `ConfigInvalid`: one
 * line for a file that is missing or does not export a configuration, else a line for each mistake in it.
 */
export const loadConfig = Effect.fn("ConfigFile.loadConfig")(function*(file: string = configFileName) {
  const absolute = resolve(file)
  const found = yield* Effect.sync(() =>
    !existsSync(absolute) ? "nothing" : statSync(absolute).isFile() ? "file" : "folder"
  )
  if (found !== "file") {
    return yield* new ConfigInvalid({
      file,
      detail: `${
        found === "folder" ? "is a folder" : `not found in ${dirname(absolute)}`
      }, expected a file with ${shape}; go to the folder of your configuration, or write one there`
    })
  }
  const module = yield* load(file, absolute)
  if (module.default === undefined) {
    return yield* new ConfigInvalid({ file, detail: `has no default export, expected ${shape}; add it` })
  }
  const config = yield* decodeConfig(file, module.default)
  const loaded: LoadedConfig = { config, file: absolute, root: dirname(absolute) }
  return loaded
})
