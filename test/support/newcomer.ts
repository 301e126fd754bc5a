import type { Level } from '@muster/shared/training.ts'
import type { Answering } from './answering.ts'
import { openPage } from './browser.ts'
import { until } from './until.ts'
import type { Visitor } from './world.ts'

type Held = { incidentId: string; conversationId: string; fence: number }

/** Somebody whose replies are reviewed, who writes without a screen. */
export class Newcomer {
  readonly #stage: Answering
  readonly #visitor: Visitor
  readonly #id: string
  #incidentId = ''
  #held: Held | null = null

  private constructor(stage: Answering, visitor: Visitor, id: string) {
    this.#stage = stage
    this.#visitor = visitor
    this.#id = id
  }

  static async enter(stage: Answering, name: string): Promise<Newcomer> {
    return new Newcomer(stage, await stage.commander.invite(name), name.toLowerCase())
  }

  async join(incidentId: string, level: Level = 'gated'): Promise<void> {
    this.#incidentId = incidentId
    await this.#visitor.do({ type: 'incident/join', incidentId } as never)
    const asked = { type: 'responder/level', incidentId, personId: this.#id, level }
    await this.#stage.commander.do(asked as never)
    await this.#brief()
  }

  /** A customer writes, and is taken. */
  async take(text: string): Promise<string> {
    const incidentId = this.#incidentId
    const address = await this.#stage.write(text)
    await until('the customer to wait', async () => (await this.#conversationOf(address)) !== undefined)
    const conversationId = (await this.#conversationOf(address))?.id ?? ''
    await this.#brief()
    await this.#visitor.do({ type: 'conversation/claim', incidentId, conversationId } as never)
    this.#held = { incidentId, conversationId, fence: (await this.#conversationOf(address))?.fence ?? 0 }
    return address
  }

  /** Sends this to whom they took. */
  async send(text: string, more: object = {}): Promise<{ replyId: string; conversationId: string }> {
    const { epoch } = (await this.#visitor.snapshot(this.#incidentId)).facts
    const wish = { type: 'reply/submit', ...this.#held, epoch, text, through: 1, ...more }
    const { replyId } = await this.#visitor.do(wish as never)
    return { replyId: String(replyId), conversationId: this.#held?.conversationId ?? '' }
  }

  async recall(replyId: string): Promise<void> {
    await this.#visitor.do({ type: 'reply/recall', incidentId: this.#incidentId, replyId } as never)
  }

  async answer(asked: string, text: string, more: object = {}) {
    const address = await this.take(asked)
    return { address, ...(await this.send(text, more)) }
  }

  /** Opens the conversation they answered last. */
  async look(incidentId: string) {
    const opened = await openPage(this.#stage.browser)
    const [name = '', value = ''] = this.#visitor.cookie.split('=', 2)
    const { origin } = this.#stage.world
    await opened.page.context().addCookies([{ name, value, url: origin }])
    await opened.page.goto(`${origin}/#/incident/${incidentId}/conversation/${this.#held?.conversationId}`)
    return opened
  }

  async #brief(): Promise<void> {
    const incidentId = this.#incidentId
    const { epoch } = (await this.#visitor.snapshot(incidentId)).facts
    await this.#visitor.do({ type: 'briefing/finish', incidentId, epoch } as never)
  }

  async #conversationOf(address: string) {
    const { conversations } = await this.#visitor.snapshot(this.#incidentId)
    return conversations.find(({ human }) => human.address === address)
  }
}
