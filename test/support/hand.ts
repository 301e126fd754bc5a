import type { Locator, Page } from 'playwright-core'

/** A person's hand on a page, which counts what it does. */
export class Hand {
  readonly page: Page
  actions = 0

  constructor(page: Page) {
    this.page = page
  }

  async goto(address: string): Promise<void> {
    this.actions += 1
    await this.page.goto(address)
  }

  async click(target: Locator): Promise<void> {
    this.actions += 1
    await target.click()
  }

  async tap(target: Locator): Promise<void> {
    this.actions += 1
    await target.tap()
  }

  async fill(target: Locator, text: string): Promise<void> {
    this.actions += 1
    await target.fill(text)
  }

  /** Into whatever has the focus. */
  async type(text: string): Promise<void> {
    this.actions += 1
    await this.page.keyboard.type(text)
  }

  async press(key: string): Promise<void> {
    this.actions += 1
    await this.page.keyboard.press(key)
  }
}
