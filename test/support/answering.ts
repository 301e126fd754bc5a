import { join } from 'node:path'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { deskOf } from '@muster/server/drill/foundation.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Role } from '@muster/shared/role.ts'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { openBrowser, openPage } from './browser.ts'
import { declaring } from './builders.ts'
import { startHookReceiver } from './hook-receiver.ts'
import { hookChannel, hookSecret, Post } from './post.ts'
import { type Given, type Visitor, World } from './world.ts'

type Receiver = Awaited<ReturnType<typeof startHookReceiver>>
type Declaration = Parameters<typeof declaring>[0]

/** Whatever a screen takes to show what it was told, on a busy machine, in ms. */
const patience = 15_000

/** Longest reply the webhook of this stage takes. */
export const longest = 1_000

/** A server with a webhook, a commander, and people who answer in a browser. */
export class Answering {
  readonly world: World
  readonly browser: Browser
  readonly receiver: Receiver
  readonly commander: Visitor
  #customers = 0

  private constructor(world: World, browser: Browser, receiver: Receiver, commander: Visitor) {
    this.world = world
    this.browser = browser
    this.receiver = receiver
    this.commander = commander
  }

  /** `networks`: channels besides the webhook. */
  static async open(networks: NonNullable<Given['channels']> = []): Promise<Answering> {
    const browser = await openBrowser()
    const receiver = await startHookReceiver()
    const { channel, secrets } = hookChannel('posts', receiver.url)
    const settings = { ...channel.settings, longest }
    const world = await World.open({ channels: [{ channel: { ...channel, settings }, secrets }, ...networks] })
    return new Answering(world, browser, receiver, await world.enter(await world.firstLink()))
  }

  /** Declared past the doors, so that its lease may be short. */
  async declare(given: Declaration = {}): Promise<string> {
    const store = await openSqliteStore({ file: join(this.world.folder, 'muster.db'), shared: true })
    const desk = deskOf(store)
    const command = declaring({ title: `Incident ${crypto.randomUUID().slice(0, 6)}`, ...given })
    const id = crypto.randomUUID()
    const outcome = await desk.handle(id, { ...command, id }, muster)
    if (outcome.type !== 'done') throw new Error(`declaring was answered ${JSON.stringify(outcome)}`)
    await mirrorIncident(desk, id)
    await store.close()
    return id
  }

  async signIn(incidentId: string, name: string, role: Role = 'responder', look: Parameters<typeof openPage>[1] = {}) {
    const opened = await openPage(this.browser, look)
    opened.page.setDefaultTimeout(patience)
    await this.enter(opened.page.context(), name, role)
    await this.goTo(opened.page, incidentId)
    return opened
  }

  async enter(context: BrowserContext, name: string, role: Role = 'responder'): Promise<Visitor> {
    const visitor = await this.commander.invite(name, role)
    const [cookie = '', value = ''] = visitor.cookie.split('=', 2)
    await context.addCookies([{ name: cookie, value, url: this.world.origin }])
    return visitor
  }

  async goTo(page: Page, incidentId: string): Promise<void> {
    await page.goto(`${this.world.origin}/#/incident/${incidentId}`)
    await page.getByLabel('Search the queue').waitFor()
  }

  async write(text = 'Nothing works.'): Promise<string> {
    this.#customers += 1
    const address = `customer-${this.#customers}@example.com`
    const response = await new Post(this.world.origin, 'posts', hookSecret).send({ id: address, address, text })
    if (response.status !== 202) throw new Error(`a message was answered ${response.status}`)
    return address
  }

  /** A customer writes, and this person takes the conversation. */
  async take(page: Page, text?: string): Promise<Locator> {
    const address = await this.write(text)
    await page.getByRole('option', { name: new RegExp(address) }).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Take next', exact: true }).click()
    const editor = page.getByLabel('Reply', { exact: true })
    await editor.waitFor()
    await page.getByRole('article').first().waitFor()
    return editor
  }

  get sent(): string[] {
    return this.receiver.posts.map(({ body }) => JSON.parse(body).text as string)
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.world.close()
    await this.receiver.stop()
  }
}
