/** What axe-core finds wrong with a page that keeps somebody from using it. */
import axe from "axe-core"
import type { Page } from "playwright-core"

/** Each as the rule and the elements that break it; of `rules` alone where some are named. */
export const findings = async (page: Page, rules: ReadonlyArray<string> = []): Promise<ReadonlyArray<string>> => {
  // As the policy of the page has it no script may be put into it, so this one comes by the debugger.
  if (await page.evaluate(() => globalThis.axe === undefined)) await page.evaluate(axe.source)
  return page.evaluate(async (only) => {
    const { violations } = await globalThis.axe.run(
      only.length === 0 ? {} : { runOnly: { type: "rule", values: [...only] } }
    )
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`)
  }, rules)
}

declare global {
  var axe: { readonly run: (options: axe.RunOptions) => Promise<axe.AxeResults> }
}
