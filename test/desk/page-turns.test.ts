import { pageTurnsOf } from '@muster/server/desk/page-turns.ts'
import { pagesOf } from '@muster/server/status-pages/open.ts'
import type { Page, Publication } from '@muster/server/status-pages/page.ts'
import type { StatusPage } from '@muster/shared/status-page.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { StatuspageFake } from '../support/statuspage.ts'

const patience = () => AbortSignal.timeout(20_000)

/** Each says something else: what it finds of another is not taken for its own. */
function publication(): Publication {
  return {
    key: nextId('key'),
    updateId: nextId('update'),
    incident: { id: nextId('incident'), title: 'Checkout is down', severity: 'sev1' },
    status: 'investigating',
    text: nextId('Card payments fail'),
    approvedAt: Date.now(),
    externalId: null,
    begun: false,
  }
}

onEachStore(shelf => {
  let fake: StatuspageFake
  beforeEach(async () => {
    fake = await StatuspageFake.start()
  })
  afterEach(() => fake.stop())

  /** The page as another node opens it. */
  async function node(everyMs: number): Promise<(token?: string) => Page> {
    const desk = deskOn(await shelf.open())
    // A stage of its own: what was asked of a page before is no matter of this one's.
    const turnOf = pageTurnsOf({ desk, key: fake.host, everyMs })
    const open = pagesOf({ internalHosts: [fake.host], clock: Date.now, turnOf })
    const settings = {
      kind: 'statuspage' as const,
      api: fake.api,
      pageId: fake.pageId,
      components: [],
    } satisfies StatusPage['settings']
    const record = { id: 'page', name: 'Page', enabled: true, settings }
    return (token = fake.token) => {
      const page = open(record, { token })
      if ('setback' in page) throw new Error(page.setback.sentence)
      return page
    }
  }

  test('[SP10] what two nodes ask with one token keeps its distance, and is all asked', async () => {
    fake.everyMs = 300
    const pages = [(await node(600))(), (await node(600))()]
    const asked = pages.flatMap(page => [
      page.bring(publication(), patience()),
      page.bring(publication(), patience()),
      page.find(publication(), patience()),
    ])
    const answers = await Promise.all(asked)
    expect(answers.map(({ type }) => type)).not.toContain('unknown')
    expect([fake.requests.length, fake.limited, fake.shown.length]).toEqual([6, 0, 4])
  })

  test('[SP10] a pause that one node is asked for is kept by the other as well; then both go on', async () => {
    const [one, other] = [(await node(300))(), (await node(300))()]
    fake.retryAfter = '1'
    fake.ahead.push('429')
    expect(await one.bring(publication(), patience())).toMatchObject({ type: 'refused', afterMs: 1_000 })
    const later = await Promise.all([one, other, other].map(page => page.bring(publication(), patience())))
    expect(later.map(({ type }) => type)).toEqual(['published', 'published', 'published'])
    const [refused, next] = fake.requests
    // The store's clock counts whole milliseconds.
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(990)
  })

  test('[SP10] who cannot have their turn in time brings nothing, and other tokens wait for nobody', async () => {
    const [one, other] = [await node(60_000), await node(60_000)]
    expect(await one().bring(publication(), patience())).toMatchObject({ type: 'published' })
    expect(await other().bring(publication(), AbortSignal.timeout(50))).toMatchObject({ type: 'refused', again: true })
    expect(fake.requests).toHaveLength(1)
    expect(await other('another token').bring(publication(), patience())).toMatchObject({
      type: 'refused',
      again: false,
    })
    expect(fake.requests).toHaveLength(2)
  })
})
