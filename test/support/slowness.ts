import type { Browser, BrowserContext, CDPSession } from 'playwright-core'

const unbounded = { downloadThroughput: -1, uploadThroughput: -1 }

/** The conditions of a page have one owner: whoever cuts a line says so here, or it would be whole again. */
function slow(context: BrowserContext, latency: number): void {
  const lines: CDPSession[] = []
  const tell = (line: CDPSession, offline: boolean) =>
    line.send('Network.emulateNetworkConditions', { offline, latency, ...unbounded })
  const newPage = context.newPage.bind(context)
  context.newPage = async () => {
    const page = await newPage()
    const line = await context.newCDPSession(page)
    lines.push(line)
    await line.send('Network.enable')
    await tell(line, false)
    return page
  }
  context.setOffline = async offline => {
    await Promise.all(lines.map(line => tell(line, offline)))
  }
}

/**
 * A browser to which every answer comes so many ms later: what a test that goes on too early needs in order to fail here
 * and not on somebody else's machine. 0 leaves it as it is.
 */
export function slowedBy(ms: number, browser: Browser): Browser {
  if (ms === 0) return browser
  const newContext = browser.newContext.bind(browser)
  browser.newContext = async options => {
    const context = await newContext(options)
    slow(context, ms)
    return context
  }
  return browser
}
