/** What axe-core finds wrong with a page that keeps somebody from using it. */
import axe from "axe-core"
import type { Page } from "playwright-core"

/** Each as the rule and the elements that break it. */
export const findings = async (page: Page): Promise<ReadonlyArray<string>> => {
  // As the policy of the page has it no script may be put into it, so this one comes by the debugger.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run()
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`)
  })
}

declare global {
  var axe: { readonly run: () => Promise<axe.AxeResults> }
}
