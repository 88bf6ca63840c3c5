/** What the operating system says about other processes. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

export const isAlive = (pid: number): boolean => {
  // 0 and below would ask about groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM is the answer of a process that exists and is someone else's.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
  return !isZombie(pid)
}

const isZombie = (pid: number): boolean => process.platform === "linux" && / [ZX] /.test(statOf(pid).slice(0, 3))

/** The fields of /proc/PID/stat after the name, which may itself hold anything; empty when there is none. */
const statOf = (pid: number): string => {
  const stat = readText(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(")") + 1)
}

/** Tells two processes apart that had the same number one after the other; empty when it does not run. */
export const startOf = (pid: number): string =>
  process.platform === "linux" ? statOf(pid).split(" ")[20] ?? "" : ps(pid, "lstart=")

/** Command line, parts apart by a blank; empty when it does not run. */
export const commandOf = (pid: number): string =>
  process.platform === "linux" ? readText(`/proc/${pid}/cmdline`).replaceAll("\0", " ") : ps(pid, "command=")

const ps = (pid: number, field: string): string =>
  spawnSync("ps", ["-o", field, "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? ""

const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}
