/** A disk of a few megabytes for an embedded server, where the machine lets us make one. */
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stop } from "../src/EmbeddedPostgres.ts"

const mount = (folder: string) =>
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=96m,mode=755", "tmpfs", folder]).status === 0
const unmount = (folder: string) => spawnSync("umount", [folder])

const mayMount = (): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "dgas-disk-"))
  const mounted = mount(folder)
  if (mounted) unmount(folder)
  rmSync(folder, { recursive: true, force: true })
  return mounted
}

/** Whether there can be one: it takes root, and a kernel that allows it. */
export const hasSmallDisks = process.platform === "linux" && mayMount()

export interface SmallDisk {
  /** For an embedded server, stopped with the scope. */
  readonly dir: string
  /** Uses up all that is left. */
  readonly fill: () => void
  /** Gives it back. */
  readonly free: () => void
}

export const aSmallDisk = Effect.acquireRelease(
  Effect.sync((): SmallDisk & { readonly folder: string } => {
    const folder = mkdtempSync(join(tmpdir(), "dgas-disk-"))
    if (!mount(folder)) throw new Error("no disk could be made")
    const ballast = join(folder, "ballast")
    const dir = join(folder, ".dgas")
    mkdirSync(dir)
    return {
      folder,
      dir,
      fill: () => {
        // Byte by byte at the end, so that nothing is left of a page.
        for (const size of [1 << 20, 4096]) {
          try {
            for (;;) writeFileSync(ballast, Buffer.alloc(size, 1), { flag: "a" })
          } catch (error) {
            if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error
          }
        }
      },
      free: () => rmSync(ballast, { force: true })
    }
  }),
  ({ dir, folder, free }) =>
    Effect.sync(free).pipe(
      Effect.andThen(Effect.ignore(stop({ dir }))),
      Effect.andThen(Effect.sync(() => {
        unmount(folder)
        rmSync(folder, { recursive: true, force: true })
      }))
    )
)
