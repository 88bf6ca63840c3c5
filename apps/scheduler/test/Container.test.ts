/** The files that the image is built from, read as a container engine reads them. */
import { describe, expect, test } from "bun:test"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dir, "../../..")
const linesOf = (file: string) =>
  readFileSync(join(root, file), "utf8").split("\n").map((line) => line.trim()).filter((line) => !/^(#|$)/.test(line))

/** What the Containerfile takes from outside of it: `COPY FROM... TO`. */
const copied = linesOf("deploy/Containerfile").flatMap((line) => {
  const [word, ...paths] = line.split(/\s+/)
  return word === "COPY" && !paths[0]?.startsWith("--from") ? paths.slice(0, -1) : []
})

const rules = linesOf("deploy/Containerfile.dockerignore").map((line) => ({
  lets: line.startsWith("!"),
  glob: new Bun.Glob(line.replace(/^!/, ""))
}))

/** The last rule that matches a path, or a folder that it lies in, decides. */
const isLetThrough = (path: string): boolean => {
  const parts = path.split("/")
  const within = parts.map((_, index) => parts.slice(0, index + 1).join("/"))
  return rules.findLast(({ glob }) => within.some((one) => glob.match(one)))?.lets ?? true
}

const isCopied = (path: string): boolean => copied.some((from) => path === from || path.startsWith(`${from}/`))

const { packages }: { packages: ReadonlyArray<string> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8")
).workspaces
const manifests = packages.flatMap((glob) => [...new Bun.Glob(`${glob}/package.json`).scanSync(root)])

describe("the container image", () => {
  test("is built with the manifest of every workspace that the lock file names", () => {
    expect(manifests).toContain("apps/scheduler/package.json")
    expect(manifests).toContain("bench/package.json")
    expect(manifests.filter((path) => !isCopied(path))).toEqual([])
    expect(manifests.filter((path) => !isLetThrough(path))).toEqual([])
  })

  test("copies what exists and is not ignored, and leaves the rest of a developer's folder alone", () => {
    expect(copied).toContain("bun.lock")
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
    expect(copied.filter((path) => !isLetThrough(path))).toEqual([])
    const kept = [
      ".env",
      ".dgas/pg",
      ".git/config",
      "bench/main.ts",
      "apps/scheduler/test/world.ts",
      "apps/report/node_modules/x"
    ]
    expect(kept.filter(isLetThrough)).toEqual([])
  })
})
