import axe from 'axe-core'
import type { Page } from 'playwright-core'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What the automated checks of WCAG 2.2 AA find on a page as it stands. */
export async function violationsOn(page: Page): Promise<string[]> {
  const found = await page.evaluate(
    `(() => { ${axe.source}; return axe.run({ runOnly: ${JSON.stringify(standards)} }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target).join(' | '))) })()`,
  )
  return found as string[]
}
