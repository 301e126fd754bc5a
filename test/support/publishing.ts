import { askOf, mirrorIncident } from '@muster/server/desk/ask.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import { Publishing } from '@muster/server/desk/publishing.ts'
import { keyOf } from '@muster/server/domain/indexes.ts'
import type { Lane } from '@muster/server/domain/publication.ts'
import { pagesOf } from '@muster/server/status-pages/open.ts'
import type { Page } from '@muster/server/status-pages/page.ts'
import { type Store, StoreUnavailable } from '@muster/server/store/store.ts'
import type { Command } from '@muster/shared/command.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import { actor, cora, declaring, lena, nextId } from './builders.ts'
import { safe } from './desks.ts'
import { startHookReceiver } from './hook-receiver.ts'
import { atOnce, StatuspageFake } from './statuspage.ts'
import { until } from './until.ts'

const signing = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
const liam = actor('Liam', 'lead')

/** Dies after so many steps: at a commit before or after it is done, at a page before or after it was asked. */
class Mortality {
  readonly #dieAt: number
  steps = 0

  constructor(dieAt: number) {
    this.#dieAt = dieAt
  }

  get dead(): boolean {
    return this.steps > this.#dieAt
  }

  step(): void {
    this.steps++
    if (this.dead) throw new StoreUnavailable('the node has died')
  }
}

/** An incident, a page of Statuspage and one of one's own, and nodes that bring updates to them and die. */
export class PublishingStage {
  readonly incidentId: string
  readonly pageIds = [nextId('statuspage'), nextId('own')] as const
  readonly fake: StatuspageFake
  readonly receiver: Awaited<ReturnType<typeof startHookReceiver>>
  readonly #store: Store
  readonly #desk: Desk
  readonly #clock: { now: number }
  #closed = false
  #running: { publishing: Publishing; mortality: Mortality } | null = null

  private constructor(store: Store, fake: StatuspageFake, receiver: PublishingStage['receiver'], incidentId: string) {
    this.#store = store
    this.#clock = { now: Date.now() }
    this.#desk = this.#deskOf(store)
    this.fake = fake
    this.receiver = receiver
    this.incidentId = incidentId
  }

  static async open(store: Store): Promise<PublishingStage> {
    const declare = declaring()
    const stage = new PublishingStage(store, await StatuspageFake.start(), await startHookReceiver(), declare.id)
    await stage.#desk.handle(declare.id, declare, cora)
    await mirrorIncident(stage.#desk, declare.id)
    const [hosted, own] = stage.pageIds
    const settings = { kind: 'statuspage', api: stage.fake.api, pageId: stage.fake.pageId, components: [] } as const
    await stage.savePage({ id: hosted, settings }, { token: stage.fake.token })
    await stage.savePage({ id: own, settings: { kind: 'webhook', url: stage.receiver.url } }, { signing })
    return stage
  }

  async savePage(page: object, secrets: object): Promise<void> {
    await this.#ask(cora, { type: 'status-page/save', page: { name: 'Page', enabled: true, ...page }, secrets })
  }

  /** Proposed by one and approved by another, a second after the one before. */
  async approve(text: string, status = 'investigating'): Promise<string> {
    const id = nextId('update')
    this.#clock.now += 1_000
    const { incidentId } = this
    await this.#ask(lena, { id, type: 'status/propose', incidentId, epoch: 1, text, status })
    await this.#ask(liam, { type: 'status/approve', incidentId, updateId: id, epoch: 1 })
    return id
  }

  settle(updateId: string, pageId: string, published: boolean): Promise<void> {
    return this.#ask(lena, { type: 'status/settle', incidentId: this.incidentId, updateId, pageId, published })
  }

  async update(id: string): Promise<StatusUpdate> {
    const { records } = await this.#store.read(this.incidentId, [keyOf.statusUpdate(id)])
    return records[0]?.value as StatusUpdate
  }

  /** How each update stands on the two pages. */
  async states(ids: readonly string[]): Promise<string[]> {
    const updates = await Promise.all(ids.map(id => this.update(id)))
    return updates.flatMap(update =>
      this.pageIds.map(id => update.pages.find(page => page.pageId === id)?.state ?? 'none'),
    )
  }

  /** Another node takes over once the lease of the one before is over. */
  node(dieAt = Number.POSITIVE_INFINITY): void {
    const mortality = new Mortality(dieAt)
    this.#clock.now += 61_000
    const open = pagesOf({ internalHosts: ['127.0.0.1'], clock: () => this.#clock.now, turnOf: () => atOnce })
    const publishing = new Publishing({
      desk: this.#deskOf(mortalStore(this.#store, mortality)),
      safe,
      worker: nextId('worker'),
      open: (page, secrets) => {
        const opened = open(page, secrets)
        return 'setback' in opened ? opened : mortalPage(opened, mortality)
      },
      random: () => 0.5,
      fault: () => {},
      everyMs: 1_000_000,
      settleMs: 5_000,
    })
    this.#running = { publishing, mortality }
  }

  /** Until nothing is left to be done, or a lead has to look, or the node is dead. Answers how many steps it took. */
  async run(): Promise<{ dead: boolean; steps: number }> {
    const { publishing, mortality } = this.#running ?? {}
    if (!publishing || !mortality) throw new Error('no node lives')
    const lanes = this.pageIds.map(id => keyOf.statusLane(id))
    const done = async () =>
      (await this.#store.read(this.incidentId, lanes)).records.every(
        lane => lane !== null && (lane.value as Lane).next === null,
      )
    await until('every update to be settled, or the node to die', async () => {
      this.#clock.now += 5_000
      publishing.wake()
      return mortality.dead || (await done())
    })
    return { dead: mortality.dead, steps: mortality.steps }
  }

  /** Takes its pages away: other stages on the same store are not to be brought there. */
  /** A lead looks at the page for whatever is uncertain, and says what is there. True where something was. */
  async look(ids: readonly string[]): Promise<boolean> {
    let looked = false
    for (const update of await Promise.all(ids.map(id => this.update(id)))) {
      for (const { pageId } of update.pages.filter(({ state }) => state === 'uncertain')) {
        await this.settle(update.id, pageId, this.fake.shown.includes(update.text))
        looked = true
      }
    }
    return looked
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    // A node that has died cannot be asked to stop.
    if (this.#running?.mortality.dead === false) await this.#running.publishing.close()
    for (const pageId of this.pageIds) await this.#ask(cora, { type: 'status-page/remove', pageId })
    await Promise.all([this.fake.stop(), this.receiver.stop()])
  }

  #deskOf(store: Store): Desk {
    const clocked: Store = Object.assign(Object.create(store) as Store, {
      now: async () => this.#clock.now,
      read: async (...given: Parameters<Store['read']>) => ({ ...(await store.read(...given)), now: this.#clock.now }),
    })
    const bound = new Proxy(clocked, {
      get: (target, name) => {
        if (Object.hasOwn(target, name)) return Reflect.get(target, name)
        const found: unknown = Reflect.get(store, name)
        return typeof found === 'function' ? found.bind(store) : found
      },
    })
    return new Desk(bound, { random: () => 0.5, length: () => null, sameness: () => null, fault: () => 'fault' })
  }

  async #ask(by: typeof cora, command: object): Promise<void> {
    const none = () => Promise.reject(new Error('not part of this'))
    const acts = { invite: none, openJoin: none, retryQuarantined: none, startDrill: none, stopDrill: none }
    const ask = askOf(this.#desk, { ...acts, incidentDeclared: none }, safe)
    const outcome = await ask(by, { id: nextId('act'), ...command } as Command)
    if (outcome.type !== 'done') throw new Error(`it was answered ${JSON.stringify(outcome)}`)
  }
}

function mortalStore(store: Store, mortality: Mortality): Store {
  return new Proxy(store, {
    get: (_, name) => {
      const found: unknown = Reflect.get(store, name)
      if (typeof found !== 'function') return found
      if (name !== 'commit')
        return mortality.dead ? () => Promise.reject(new StoreUnavailable('dead')) : found.bind(store)
      return async (...given: Parameters<Store['commit']>) => {
        mortality.step()
        const committed = await store.commit(...given)
        mortality.step()
        return committed
      }
    },
  })
}

function mortalPage(page: Page, mortality: Mortality): Page {
  const around = async <T>(ask: () => Promise<T>): Promise<T> => {
    mortality.step()
    const answer = await ask()
    mortality.step()
    return answer
  }
  return {
    repeatable: page.repeatable,
    bring: (publication, signal) => around(() => page.bring(publication, signal)),
    find: (publication, signal) => around(() => page.find(publication, signal)),
    close: () => page.close(),
  }
}
