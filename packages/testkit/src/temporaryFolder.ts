/** A folder for one test, or for one file of tests when it is asked for outside of any; removed afterwards. */
import { afterAll, onTestFinished } from "bun:test"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const temporaryFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `dgas-${name}-`))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    onTestFinished(remove)
  } catch {
    afterAll(remove)
  }
  return folder
}
