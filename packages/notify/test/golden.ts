/**
 * Messages as they were looked at and found good, one a file.
 *
 * `UPDATE_GOLDENS=1 bun test` writes them anew: look at the difference before it is kept.
 */
import { expect } from "bun:test"
import { readFileSync, writeFileSync } from "node:fs"

export const expectGolden = (name: string, text: string): void => {
  const file = new URL(`goldens/${name}`, import.meta.url)
  if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, "utf8"))
}
