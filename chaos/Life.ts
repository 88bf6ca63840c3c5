/** One life of a worker: a process from its start to its end, with the files that it leaves. */
import { read } from "./Journal.ts"
import { lifeFiles, type Setup, writeSetup } from "./Setup.ts"

export interface Ended {
  /** Epoch milliseconds. */
  readonly at: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | number | null
}

export interface Life {
  readonly worker: string
  readonly life: number
  readonly pid: number
  readonly startedAt: number
  readonly files: ReturnType<typeof lifeFiles>
  readonly ended: Promise<Ended>
  readonly kill: (signal: NodeJS.Signals) => void
}

/** `secrets` are a part of its environment; `preload` is a module that the process loads before its own. */
export const begin = (
  setup: Setup,
  secrets: Readonly<Record<string, string>>,
  preload: { readonly module: string; readonly env: Readonly<Record<string, string>> } | null
): Life => {
  const files = lifeFiles(setup)
  const child = Bun.spawn(
    [
      process.execPath,
      ...preload === null ? [] : ["--preload", preload.module],
      `${import.meta.dir}/worker.ts`,
      "--setup",
      writeSetup(setup)
    ],
    {
      stdin: "ignore",
      stdout: Bun.file(files.out),
      stderr: Bun.file(files.err),
      env: { ...process.env, NO_COLOR: "1", ...secrets, ...preload?.env }
    }
  )
  return {
    worker: setup.worker,
    life: setup.life,
    pid: child.pid,
    startedAt: Date.now(),
    files,
    ended: child.exited.then(() => ({ at: Date.now(), code: child.exitCode, signal: child.signalCode })),
    kill: (signal) => {
      // One that has ended may have left its number to another process.
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    }
  }
}

/** What the life calls itself in claims; null until it has come so far. */
export const ownerOf = ({ files }: Life): string | null => {
  for (const entry of read(files.journal)) if (entry.what === "started") return entry.owner
  return null
}
