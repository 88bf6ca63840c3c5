/**
 * The page as files to serve: built by Bun from `page/` when it is first asked for, and kept in memory.
 *
 * Every file but the page itself is named after what is in it, so it may be kept for ever. Scripts that only some views
 * need, as charts, are files of their own. Nothing is asked of a network.
 */
import { gzipSync } from "node:zlib"

export interface Asset {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The same, compressed. */
  readonly gzip: Uint8Array<ArrayBuffer>
  readonly etag: string
}

export interface PageFiles {
  readonly page: Asset
  /** By file name, as in `/assets/main-1a2b3c4d.js`. */
  readonly assets: ReadonlyMap<string, Asset>
  /** Names of the scripts that every view needs. */
  readonly first: ReadonlyArray<string>
}

const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  html: "text/html; charset=utf-8"
}

const assetOf = (name: string, bytes: Uint8Array<ArrayBuffer>): Asset => ({
  type: types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
  bytes,
  gzip: gzipSync(bytes, { level: 9 }),
  etag: `"${new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 16)}"`
})

const folder = `${import.meta.dir}/../page`

const htmlOf = (scripts: ReadonlyArray<string>, main: string, style: string, icon: string) =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>dgas</title>
<link rel="icon" href="/assets/${icon}" type="image/svg+xml">
<link rel="stylesheet" href="/assets/${style}">
${scripts.map((name) => `<link rel="modulepreload" href="/assets/${name}">`).join("\n")}
<script type="module" src="/assets/${main}"></script>
</head>
<body>
<div id="page"><p class="waiting">Loading…</p></div>
<noscript>This page needs JavaScript. The same is told by: bun run report</noscript>
</body>
</html>
`

/** Scripts that a script imports before it runs, by the names in its own text. */
const importedBy = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(?:from|import)\s*"(?:\.|\/assets)\/([^"]+\.js)"/g)].flatMap(([, name]) => name ?? [])

const withImports = (name: string, texts: ReadonlyMap<string, string>, found = new Set<string>()): Set<string> => {
  if (found.has(name)) return found
  found.add(name)
  for (const imported of importedBy(texts.get(name) ?? "")) withImports(imported, texts, found)
  return found
}

const build = async (): Promise<PageFiles> => {
  const { outputs } = await Bun.build({
    entrypoints: [`${folder}/main.tsx`, `${folder}/page.css`],
    target: "browser",
    format: "esm",
    minify: true,
    splitting: true,
    publicPath: "/assets/",
    define: { "process.env.NODE_ENV": "\"production\"" },
    naming: { entry: "[name]-[hash].[ext]", chunk: "part-[hash].[ext]", asset: "[name]-[hash].[ext]" }
  })
  const texts = new Map<string, string>()
  const assets = new Map<string, Asset>()
  for (const output of outputs) {
    const name = output.path.split("/").at(-1) ?? ""
    const bytes = new Uint8Array(await output.arrayBuffer())
    assets.set(name, assetOf(name, bytes))
    if (name.endsWith(".js")) texts.set(name, new TextDecoder().decode(bytes))
  }
  const icon = await Bun.file(`${folder}/icon.svg`).bytes()
  const iconName = `icon-${new Bun.CryptoHasher("sha256").update(icon).digest("hex").slice(0, 8)}.svg`
  assets.set(iconName, assetOf(iconName, icon))
  const named = (start: string, end: string) =>
    [...assets.keys()].find((name) => name.startsWith(start) && name.endsWith(end)) ?? ""
  const main = named("main-", ".js")
  const first = [...withImports(main, texts)]
  const html = htmlOf(first.filter((name) => name !== main), main, named("page-", ".css"), iconName)
  return { page: assetOf("page.html", new TextEncoder().encode(html)), assets, first }
}

let built: Promise<PageFiles> | null = null

/** One build a process. A failed one is told, and tried again when asked for again. */
export const pageFiles = (): Promise<PageFiles> => {
  built ??= build().catch((thrown) => {
    built = null
    throw thrown
  })
  return built
}
