/**
 * As whom the server runs.
 *
 * PostgreSQL refuses to run as root, and as a user without a name. Root therefore runs it as the owner of its data, at
 * first uid 65534; where that one cannot enter the folders, and where we have no name ourselves, it runs in a user
 * namespace, in which it is nobody and still enters what is its own.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, chownSync, lstatSync, readdirSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Binaries } from "./Binaries.ts"

export interface Account {
  /** Null to stay who we are. */
  readonly user: { readonly uid: number; readonly gid: number } | null
  readonly namespace: boolean
}

const nobody = { uid: 65_534, gid: 65_534 }

/** `data` need not exist; `home` is the folder that holds it and does. */
export const chooseAccount = (binaries: Binaries, home: string, data: string): Account => {
  if (process.getuid?.() !== 0) return { user: null, namespace: process.platform === "linux" && !hasName() }
  const owner = statSync(data, { throwIfNoEntry: false })
  const user = owner === undefined || owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid }
  const enters = canUse(home, user, 0o1) && canUse(binaries.postgres, user, 0o5)
  return enters ? { user, namespace: false } : { user: null, namespace: true }
}

/** Containers are often run as a number that no user has. */
const hasName = (): boolean => spawnSync("id", ["-nu"], { stdio: "ignore" }).status === 0

/** Whether `user` may enter all folders above `path`, and has `mode` (read 4, enter or execute 1) on itself. */
const canUse = (path: string, user: { readonly uid: number; readonly gid: number }, mode: number): boolean => {
  const found = statSync(path)
  const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0
  if (((found.mode >> shift) & mode) !== mode) return false
  const above = dirname(path)
  return above === path || canUse(above, user, 0o1)
}

/** Gives `path` and all below it to the account. Only root can and needs to. */
export const giveTo = ({ user }: Account, path: string): void => {
  if (process.getuid?.() !== 0) return
  const { gid, uid } = user ?? { uid: 0, gid: 0 }
  const found = lstatSync(path)
  if (found.isDirectory()) {
    for (const name of readdirSync(path)) {
      giveTo({ user, namespace: false }, join(path, name))
    }
  }
  if (found.uid !== uid || found.gid !== gid) chownSync(path, uid, gid)
}

/** A folder that root makes under a narrow umask would keep the account out. */
export const openFolder = (path: string): void => {
  if (process.getuid?.() === 0) chmodSync(path, 0o755)
}

/** The command line that runs `program` as the account. */
export const commandFor = (
  { namespace }: Account,
  program: string,
  args: ReadonlyArray<string>
): readonly [string, ReadonlyArray<string>] => namespace ? ["unshare", ["--user", program, ...args]] : [program, args]
